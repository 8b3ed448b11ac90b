/** Certificates: an authority of our own, and the folder that the server reads them from. Knows nothing else. */
package io.probeguard.tls;
