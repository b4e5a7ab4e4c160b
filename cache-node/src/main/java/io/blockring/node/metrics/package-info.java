/**
 * What a node shows at {@code /metrics}. {@link io.blockring.node.metrics.NodeMeter} is the one
 * list of meters; the reference page is made from it and the endpoint is tested against it. Rooms
 * count by themselves, with adders and statistic records; this package reads them when it is
 * scraped. The only package that knows Micrometer.
 */
@NullMarked
package io.blockring.node.metrics;

import org.jspecify.annotations.NullMarked;
