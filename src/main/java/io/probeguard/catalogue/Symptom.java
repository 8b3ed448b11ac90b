package io.probeguard.catalogue;

/**
 * What Events of a kubelet (Unhealthy, FailedPostStartHook, FailedPreStopHook) say where exec goes wrong, without telling
 * which build is at fault, if any is.
 *
 * @param text that such an Event contains, letter for letter
 * @param meaning what it says about exec, in a sentence
 */
public record Symptom(String text, String meaning) {
    public Symptom {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("text is missing");
        }
    }
}
