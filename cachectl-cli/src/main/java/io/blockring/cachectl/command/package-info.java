/** One class per command: its options, what it asks the cluster, how it shows the answer. */
@NullMarked
package io.blockring.cachectl.command;

import org.jspecify.annotations.NullMarked;
