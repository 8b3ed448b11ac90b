/** All HTML: the pages on which cluster admins see what was seen and done. */
@NullMarked
package io.probeguard.console;

import org.jspecify.annotations.NullMarked;
