@NullMarked
package io.blockring.mirror;

import org.jspecify.annotations.NullMarked;
