/**
 * The control port (7072): gRPC between nodes and from clients. Turns messages into calls on {@link
 * io.blockring.node.control.ControlService} and on the cluster, and their outcomes into replies and
 * status codes; decides nothing. Block bytes never come this way.
 */
@NullMarked
package io.blockring.node.control;

import org.jspecify.annotations.NullMarked;
