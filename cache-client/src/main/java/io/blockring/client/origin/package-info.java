/**
 * Buckets and directories behind mounts: what any origin can do, how it is set up, and how it says
 * no. {@code origin.s3} is the only place that knows the AWS SDK, {@code origin.file} the only one
 * that reads the user's files.
 *
 * <h2>Awkward keys</h2>
 *
 * A bucket is sent every key as it is, {@code .} and {@code ..}, white space, {@code + % ? #} and
 * any script among it. Empty parts ({@code a//b}, {@code /a}) go as {@code a/%2Fb}, which Amazon
 * reads as the same key and signs alike; some other stores refuse the signature (DENIED,
 * SignatureDoesNotMatch). An object whose key is the mount's prefix itself has no name below the
 * mount and is not listed. A store that lists in another order than by UTF-8 bytes is BROKEN for
 * listings, because going on by name would lose keys.
 *
 * <p>In a directory a key names a file or nothing: empty parts, {@code .}, {@code ..} and NUL are
 * NOT_FOUND, links are followed below the mount's directory and DENIED beyond it, and file names
 * that are not in the system's encoding (run with a UTF-8 locale) are left out of listings with a
 * warning.
 */
@NullMarked
package io.blockring.client.origin;

import org.jspecify.annotations.NullMarked;
