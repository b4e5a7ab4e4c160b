/**
 * What the HTTP ports have in common; each has a package of its own below this one. Must not live
 * here: anything that only one of them needs.
 */
@NullMarked
package io.blockring.node.http;

import org.jspecify.annotations.NullMarked;
