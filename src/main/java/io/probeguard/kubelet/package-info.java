/** What a kubelet makes of a pod over time. */
package io.probeguard.kubelet;
