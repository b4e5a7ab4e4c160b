/**
 * The S3 endpoint: the read half of the S3 API over the mounts of a {@link
 * io.blockring.client.Namespace}, for readers that bring boto3, the AWS command line or an SDK.
 *
 * <p>Lives here: everything that knows HTTP, S3's XML, its error codes and its signatures. Must not
 * live here: how bytes are found (that is the namespace) and anything people administer a node with
 * (another port). Vert.x carries the connections; {@code RawConnection} alone touches the Netty
 * below it. Requests run straight down on virtual threads.
 */
@NullMarked
package io.blockring.node.http.s3;

import org.jspecify.annotations.NullMarked;
