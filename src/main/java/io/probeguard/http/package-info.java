/** The HTTPS server: how requests are read and answered, who may ask, and how long they may take. */
@NullMarked
package io.probeguard.http;

import org.jspecify.annotations.NullMarked;
