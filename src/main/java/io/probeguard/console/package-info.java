/** All HTML: the pages on which cluster admins see what probe-guard found and did. */
@NullMarked
package io.probeguard.console;

import org.jspecify.annotations.NullMarked;
