/** The web pages on which admins see what was seen and done. They only read. */
package io.probeguard.console;
