/** The web console's files. What serves them is the node; what they show is the admin API's. */
@NullMarked
package io.blockring.ui;

import org.jspecify.annotations.NullMarked;
