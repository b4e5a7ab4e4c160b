/**
 * S3 and what speaks like it, through the AWS SDK, which is known only here. Requests, their
 * deadlines and retries, the checks of each answer. What other rooms see is {@link
 * io.blockring.client.origin.Origin}.
 */
@NullMarked
package io.blockring.client.origin.s3;

import org.jspecify.annotations.NullMarked;
