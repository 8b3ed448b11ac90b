/**
 * Reads YAML and JSON text without losing where each value was written, so that an error, a finding or a patch can
 * name its file, document and line. Knows nothing of Kubernetes; every other package may use it.
 */
package io.probeguard.yaml;
