/**
 * Who may ask a node for what: API keys and their roles, and what of it the settings ask for. Edge
 * packages (S3, admin) find out who asks; what that one may is answered here.
 *
 * <p>Must not live here: any transport, and how nodes prove themselves to each other (that is
 * {@code client.credentials}).
 */
@NullMarked
package io.blockring.node.security;

import org.jspecify.annotations.NullMarked;
