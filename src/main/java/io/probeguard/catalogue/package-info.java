/** Known-broken builds: version ranges, where exec breaks, effect, remedy and sources. */
package io.probeguard.catalogue;
