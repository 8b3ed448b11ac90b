package io.probeguard.policy;

/**
 * Why less is done than the mode says: too few of the nodes that could run the pod are flagged.
 *
 * @param wanted what the mode would do
 * @param threshold how much of the nodes must be flagged for it; never {@code any}
 * @param flagged how many are
 * @param candidates how many could run the pod
 */
public record UnmetThreshold(Action wanted, Threshold threshold, int flagged, int candidates) {
    /** {@code deny needs all nodes; 2 of 3 are flagged}. */
    @Override
    public String toString() {
        return wanted + " needs " + (threshold.equals(Threshold.ALL) ? "all" : threshold + " of the") + " nodes; "
                + flagged + " of " + candidates + (flagged == 1 ? " is" : " are") + " flagged";
    }
}
