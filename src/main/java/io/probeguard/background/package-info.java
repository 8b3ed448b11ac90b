/** The leader that reviews what runs and writes Events and policy reports. */
@NullMarked
package io.probeguard.background;

import org.jspecify.annotations.NullMarked;
