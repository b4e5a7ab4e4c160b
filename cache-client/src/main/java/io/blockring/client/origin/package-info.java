/**
 * Buckets and directories behind mounts: what any origin can do, and how it says no. {@code
 * origin.s3} is the only place that knows the AWS SDK.
 */
@NullMarked
package io.blockring.client.origin;

import org.jspecify.annotations.NullMarked;
