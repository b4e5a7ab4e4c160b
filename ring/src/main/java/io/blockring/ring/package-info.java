@NullMarked
package io.blockring.ring;

import org.jspecify.annotations.NullMarked;
