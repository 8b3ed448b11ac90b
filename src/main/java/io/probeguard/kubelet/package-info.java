/** What a kubelet makes of a pod over time: one simulation of the whole pod, and one table of the rules it goes by. */
package io.probeguard.kubelet;
