/**
 * The admin port (7073): the JSON API of {@code docs/reference/admin-api.md}, {@code /metrics},
 * {@code /healthz} and {@code /readyz}. {@link io.blockring.node.http.admin.Operations} is what the
 * node must be able to do; everything else here turns HTTP into calls of it and back. No policy of
 * the cluster lives here, and readers' S3 requests never come this way.
 */
@NullMarked
package io.blockring.node.http.admin;

import org.jspecify.annotations.NullMarked;
