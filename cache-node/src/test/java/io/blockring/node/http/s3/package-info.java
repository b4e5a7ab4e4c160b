/** Tests of the S3 endpoint: over real HTTP, with a namespace in memory that follows a script. */
@NullMarked
package io.blockring.node.http.s3;

import org.jspecify.annotations.NullMarked;
