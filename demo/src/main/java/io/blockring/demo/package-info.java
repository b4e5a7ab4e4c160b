/**
 * What everybody needs to see Blockring run: sample files that describe themselves, a bucket in
 * this process, a cluster of real node processes, and the one command that puts them together. Used
 * by chaos tests and benchmarks too. Nothing of the product may need anything in here.
 */
@NullMarked
package io.blockring.demo;

import org.jspecify.annotations.NullMarked;
