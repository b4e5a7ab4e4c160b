@NullMarked
package io.blockring.cachectl;

import org.jspecify.annotations.NullMarked;
