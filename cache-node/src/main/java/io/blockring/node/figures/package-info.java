/**
 * What this node counted over the last hour, and what all nodes counted together. Knows neither
 * HTTP nor who shows the figures.
 */
@NullMarked
package io.blockring.node.figures;

import org.jspecify.annotations.NullMarked;
