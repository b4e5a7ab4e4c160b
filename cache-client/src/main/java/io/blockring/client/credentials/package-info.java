/**
 * What a client or a node proves itself with to nodes, and how a node checks it: tokens made with a
 * cluster's secret, certificates of a cluster's own authority. Secrets come from files, which are
 * read again when they change; none of them is ever part of a message.
 *
 * <p>Must not live here: what a proven caller may do (a node's keys and roles), and any transport.
 */
@NullMarked
package io.blockring.client.credentials;

import org.jspecify.annotations.NullMarked;
