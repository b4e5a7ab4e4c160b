@NullMarked
package io.blockring.warmup;

import org.jspecify.annotations.NullMarked;
