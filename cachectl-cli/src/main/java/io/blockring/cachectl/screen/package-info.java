/** How things look to people: tables, sizes, times, progress. Knows nothing of clusters. */
@NullMarked
package io.blockring.cachectl.screen;

import org.jspecify.annotations.NullMarked;
