/**
 * The control port as a client sees it: who is in the cluster, which version is current, listings,
 * residency, fills. One of the few packages that know gRPC. Block bytes never come this way.
 */
@NullMarked
package io.blockring.client.cluster;

import org.jspecify.annotations.NullMarked;
