/**
 * Brings paths into the cluster before anybody reads them, and proves that they are there. What is
 * fetched is decided here, who fetches it by the ring; the cluster is behind {@link
 * io.blockring.warmup.WarmupCluster}. No sockets, no settings files, no metrics in here.
 */
@NullMarked
package io.blockring.warmup;

import org.jspecify.annotations.NullMarked;
