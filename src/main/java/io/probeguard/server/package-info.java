/** All of {@code serve}, wired: sources of certificates and of the cluster's state, settings and metrics. */
@NullMarked
package io.probeguard.server;

import org.jspecify.annotations.NullMarked;
