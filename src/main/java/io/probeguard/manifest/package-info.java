/** Manifest files: reading them, judging them, and editing their timing in place. */
@NullMarked
package io.probeguard.manifest;

import org.jspecify.annotations.NullMarked;
