/** Certificate authority, serving certificate and their rotation. */
package io.probeguard.tls;
