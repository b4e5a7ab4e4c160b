/**
 * What {@code docker/} ships, performed without Docker: the steps of the Dockerfile in plain
 * directories, the services of the compose file as plain processes on addresses of loopback.
 */
@NullMarked
package io.blockring.demo.rehearsal;

import org.jspecify.annotations.NullMarked;
