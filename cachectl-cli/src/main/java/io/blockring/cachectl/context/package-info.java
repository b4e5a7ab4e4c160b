/** Which cluster is meant: named lists of addresses in a file. The only place with YAML. */
@NullMarked
package io.blockring.cachectl.context;

import org.jspecify.annotations.NullMarked;
