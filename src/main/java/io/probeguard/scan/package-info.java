/** A review of a whole cluster or of its listings: harm, blast radius and fixes. */
package io.probeguard.scan;
