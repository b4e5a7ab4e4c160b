/**
 * Answers the kernel's requests from the cluster: look-ups, directories, opens, reads ahead. Each
 * request has a deadline; none holds a thread that takes requests.
 */
@NullMarked
package io.blockring.mount.serve;

import org.jspecify.annotations.NullMarked;
