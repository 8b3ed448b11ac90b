/** What a kubelet makes of a pod over time. */
@NullMarked
package io.probeguard.kubelet;

import org.jspecify.annotations.NullMarked;
