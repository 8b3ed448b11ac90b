/** What a node itself says of its container runtimes; nothing there is changed. */
package io.probeguard.host;
