/** What a node itself reports about its container runtimes; nothing on it is changed. */
@NullMarked
package io.probeguard.host;

import org.jspecify.annotations.NullMarked;
