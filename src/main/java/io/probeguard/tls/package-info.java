/** Certificate authority, serving certificate and their rotation. */
@NullMarked
package io.probeguard.tls;

import org.jspecify.annotations.NullMarked;
