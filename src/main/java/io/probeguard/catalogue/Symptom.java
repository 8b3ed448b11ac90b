package io.probeguard.catalogue;

/**
 * What Events of a kubelet (Unhealthy, FailedPostStartHook, FailedPreStopHook) say where exec fails, whichever build is at
 * fault, if any.
 *
 * @param text that such an Event contains, verbatim
 * @param meaning what it says about exec, in one sentence
 * @param effect that it shows, at least
 */
public record Symptom(String text, String meaning, Effect effect) {
    public Symptom {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("text is required");
        }
        if (effect == null) {
            throw new IllegalArgumentException("effect is required");
        }
    }
}
