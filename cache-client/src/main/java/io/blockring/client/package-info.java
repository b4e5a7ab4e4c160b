/**
 * What applications and edges use: {@link io.blockring.client.Namespace} and its errors. Start
 * here; the rungs behind it are in {@code ladder}, {@code peer}, {@code memory} and {@code origin}.
 */
@NullMarked
package io.blockring.client;

import org.jspecify.annotations.NullMarked;
