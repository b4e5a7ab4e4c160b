/**
 * Directory trees as origins. The only place of the client that reads the user's files; disk reads
 * run on this package's own threads.
 */
@NullMarked
package io.blockring.client.origin.file;

import org.jspecify.annotations.NullMarked;
