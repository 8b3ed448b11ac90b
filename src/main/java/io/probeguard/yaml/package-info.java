/** YAML and JSON read without losing where each value stood. */
package io.probeguard.yaml;
