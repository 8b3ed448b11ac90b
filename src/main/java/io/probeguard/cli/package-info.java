/** The commands and their options, nothing else. */
package io.probeguard.cli;
