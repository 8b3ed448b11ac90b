/** The commands and their options, nothing else. */
@NullMarked
package io.probeguard.cli;

import org.jspecify.annotations.NullMarked;
