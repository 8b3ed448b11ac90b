/** What a node itself says of its container runtimes; nothing there is changed. */
@NullMarked
package io.probeguard.host;

import org.jspecify.annotations.NullMarked;
