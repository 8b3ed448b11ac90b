/**
 * The catalogue of container-runtime builds on which exec is known to be broken, and the versions and packages that it
 * is matched against. Knows nothing of the Kubernetes API.
 */
package io.probeguard.runtime;
