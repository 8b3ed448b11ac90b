/** The HTTPS server: warm-up, who may ask, where its certificate comes from, and metrics. */
@NullMarked
package io.probeguard.server;

import org.jspecify.annotations.NullMarked;
