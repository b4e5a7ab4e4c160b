/**
 * What a person may set, and the checks before anything runs: one YAML file, environment, flags,
 * bound to the {@link io.blockring.node.config.NodeSettings} record tree. Also the state directory
 * and the limits of the process. Every other package is given its own record and never reads
 * settings by itself; nothing in here opens a port or a block.
 */
@NullMarked
package io.blockring.node.config;

import org.jspecify.annotations.NullMarked;
