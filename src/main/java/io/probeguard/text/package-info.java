/** Words that every room needs: cleaned, counted and wrapped text, keywords, suggestions for misspelt names, and failures. */
@NullMarked
package io.probeguard.text;

import org.jspecify.annotations.NullMarked;
