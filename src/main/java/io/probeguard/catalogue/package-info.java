/** Known-broken builds: version ranges, where exec breaks, effect, remedy and sources. */
@NullMarked
package io.probeguard.catalogue;

import org.jspecify.annotations.NullMarked;
