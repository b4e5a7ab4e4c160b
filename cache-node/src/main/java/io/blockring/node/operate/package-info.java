/**
 * What operators ask of a running node, answered: the state of the cluster, changes to it,
 * warm-ups. Knows nothing of HTTP; {@code node.http.admin} speaks it.
 */
@NullMarked
package io.blockring.node.operate;

import org.jspecify.annotations.NullMarked;
