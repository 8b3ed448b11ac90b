/** Manifest files: reading them, judging them, and editing their timing in place. */
package io.probeguard.manifest;
