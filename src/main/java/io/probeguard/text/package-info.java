/** Words that every room needs: cleaned, counted and wrapped text, suggestions for misspelt names, and how failures are told. */
package io.probeguard.text;
