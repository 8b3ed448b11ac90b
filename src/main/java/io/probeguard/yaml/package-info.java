/** YAML and JSON read without losing where each value stood. */
@NullMarked
package io.probeguard.yaml;

import org.jspecify.annotations.NullMarked;
