package io.probeguard.catalogue;

import io.probeguard.probe.Floors;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing.Floor;
import io.probeguard.text.Keyword;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a container-runtime build, or of a whole line of runtimes or kubelets.
 *
 * @param id stable name, such as {@code docker-el7-1.13.1-84}; good for the value of a label
 * @param component the program at fault
 * @param summary what is wrong, in one sentence
 * @param flags whether a node that runs it is flagged; otherwise it only shapes what a broken exec leads to there
 * @param failedExec what the kubelet makes of an exec that fails
 * @param timedOutExec what it makes of one that exceeds its timeout; null where this entry says nothing about it
 * @param timingHelps whether longer timing fixes it, at least partly
 * @param floors the least numbers that help, where a policy's own may be too low; null where those suffice
 * @param fixed the first good version; null where there is none
 * @param remedy what to do, short enough for a warning
 * @param confidence how sure it is that this is true of exec probes or hooks
 * @param symptoms what Events of such a node contain, verbatim, and others rarely
 * @param sources URLs
 */
public record CatalogueEntry(
        String id,
        String component,
        String summary,
        List<AffectedVersion> affected,
        Effect effect,
        boolean flags,
        @Nullable FailedExec failedExec,
        @Nullable TimedOutExec timedOutExec,
        boolean timingHelps,
        @Nullable Floors floors,
        @Nullable String fixed,
        String remedy,
        Confidence confidence,
        List<String> symptoms,
        List<String> sources) {

    private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final int MAX_REMEDY_LENGTH = 80;

    public enum Confidence implements Keyword {
        /** The commit, the release note or the program's own output was read. */
        HIGH,
        /** One credible report, or a conclusion from such data. */
        MEDIUM
    }

    /** What the kubelet makes of an exec that the runtime fails to execute. */
    public enum FailedExec implements Keyword {
        /** It counts as a failed probe. */
        COUNTED,
        /** The probe's result is discarded. */
        DISCARDED
    }

    /** What the kubelet makes of an exec that takes longer than {@code timeoutSeconds}. */
    public enum TimedOutExec implements Keyword {
        COUNTED,
        DISCARDED,
        /** There is no timeout: the probe goes on until exec returns. */
        IGNORED
    }

    public CatalogueEntry {
        require(id, "id");
        require(component, "component");
        require(summary, "summary");
        requireAll(affected, "affected");
        require(effect, "effect");
        require(remedy, "remedy");
        requireAll(sources, "sources");
        symptoms = Objects.requireNonNullElse(symptoms, List.of());
        requireAll(symptoms, "symptoms");
        if (flags && !effect.breaksExec()) {
            throw new IllegalArgumentException("effect " + effect + " does not break exec and cannot flag a node");
        }
        require(confidence, "confidence");
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "id \"" + id
                            + "\" is invalid: use up to 63 of a-z, 0-9, dot and hyphen, starting and ending with a letter or digit");
        }
        if (affected.isEmpty()) {
            throw new IllegalArgumentException("affected must not be empty: the entry would never match");
        }
        // It is part of warnings, which the API server drops for a control character and truncates where they are long.
        if (remedy.length() > MAX_REMEDY_LENGTH || remedy.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "remedy must be one line of at most " + MAX_REMEDY_LENGTH + " characters");
        }
        if (floors != null && !timingHelps) {
            throw new IllegalArgumentException("floors require timingHelps: true");
        }
        if (symptoms.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("symptoms must not contain empty strings: every message contains them");
        }
    }

    /** The least numbers that help a probe of this kind; null where the policy's suffice, and for hooks. */
    public @Nullable Floor floor(Handler handler) {
        return floors == null ? null : floors.of(handler);
    }

    private static void requireAll(@Nullable List<?> list, String key) {
        if (list == null) {
            throw new IllegalArgumentException(key + " is required");
        }
        if (list.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(key + " must not contain empty items");
        }
    }

    private static void require(@Nullable Object value, String key) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is required");
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
