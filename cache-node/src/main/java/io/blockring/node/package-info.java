@NullMarked
package io.blockring.node;

import org.jspecify.annotations.NullMarked;
