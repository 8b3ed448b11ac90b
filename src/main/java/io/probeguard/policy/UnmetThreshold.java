package io.probeguard.policy;

/**
 * Why less is done than the mode says: too few of the candidate nodes are flagged.
 *
 * @param wanted what the mode would do
 * @param threshold how much of the nodes must be flagged for it; never {@code any}
 * @param flagged how many of the candidates are
 * @param candidates how many nodes could run the pod
 */
public record UnmetThreshold(Action wanted, Threshold threshold, int flagged, int candidates) {
    /** {@code deny requires all nodes to be flagged; 2 of 3 are}. */
    @Override
    public String toString() {
        return wanted + " requires " + (threshold.equals(Threshold.ALL) ? "all" : threshold + " of the")
                + " nodes to be flagged; " + flagged + " of " + candidates + (flagged == 1 ? " is" : " are");
    }
}
