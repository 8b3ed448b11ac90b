/** The HTTPS server: warm-up, who may ask, where its certificate comes from, and metrics. */
package io.probeguard.server;
