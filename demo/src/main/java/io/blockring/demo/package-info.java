@NullMarked
package io.blockring.demo;

import org.jspecify.annotations.NullMarked;
