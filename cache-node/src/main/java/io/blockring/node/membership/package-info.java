/**
 * Who is in the cluster and which ring they make. Hazelcast, which says who is alive, is known to
 * {@link io.blockring.node.membership.HazelcastMembership} and nobody else; what it says is a hint
 * beside the book. {@link io.blockring.node.membership.ClusterView} is what the rest of the node
 * routes by. Nothing in here moves blocks.
 */
@NullMarked
package io.blockring.node.membership;

import org.jspecify.annotations.NullMarked;
