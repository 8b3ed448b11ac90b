/** What archives of classes are made from. */
@NullMarked
package io.probeguard.training;

import org.jspecify.annotations.NullMarked;
