/**
 * Asking a cluster: HTTP/1.1 over a plain socket and JSON, as {@code docs/reference/admin-api.md}
 * says. Small on purpose, because every class loaded here is paid at every start. No printing.
 */
@NullMarked
package io.blockring.cachectl.admin;

import org.jspecify.annotations.NullMarked;
