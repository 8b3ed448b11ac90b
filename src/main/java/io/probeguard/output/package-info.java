/** What the commands print: text, JSON, SARIF, JUnit and patches, each format in one place. */
@NullMarked
package io.probeguard.output;

import org.jspecify.annotations.NullMarked;
