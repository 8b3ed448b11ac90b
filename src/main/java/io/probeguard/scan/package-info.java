/** A review of a whole cluster or of its listings: harm, blast radius and fixes. */
@NullMarked
package io.probeguard.scan;

import org.jspecify.annotations.NullMarked;
