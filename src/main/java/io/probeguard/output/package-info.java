/** What the commands print: text, JSON, SARIF, JUnit and patches, each format in one place. */
package io.probeguard.output;
