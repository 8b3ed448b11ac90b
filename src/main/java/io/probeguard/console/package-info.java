/** All HTML: the pages on which cluster admins see what was seen and done. */
package io.probeguard.console;
