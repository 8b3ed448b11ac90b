/** The commands. */
package io.probeguard.cli;
