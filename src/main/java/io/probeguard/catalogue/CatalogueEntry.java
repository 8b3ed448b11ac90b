package io.probeguard.catalogue;

import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing.Floor;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a container-runtime build, or of a whole line of runtimes or kubelets.
 *
 * @param id stable name, such as {@code docker-el7-1.13.1-84}; good for the value of a label
 * @param component the program at fault
 * @param summary what goes wrong, in one sentence
 * @param flags whether a node that runs it is flagged; otherwise it only shapes what happens on a node
 * @param failedExec what the kubelet makes of an exec that fails
 * @param timedOutExec what it makes of one that runs into its timeout; null where this entry says nothing of it
 * @param timingHelps whether longer timing heals it, at least partly
 * @param floors the least numbers that help, where a policy's own may be too low; null where they will do
 * @param fixed the first good version; null where there is none
 * @param remedy what to do, short enough for a warning
 * @param confidence how sure it is that this is true of exec probes or hooks
 * @param symptoms what Events of such a node contain, letter for letter, and others rarely
 * @param sources where this is known from
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
    private static final int LONGEST_REMEDY = 80;

    public enum Confidence {
        /** The commit, the release note or the program's own output was read. */
        HIGH,
        /** One credible report, or a conclusion from such data. */
        MEDIUM;

        /** As catalogues write it. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** By kind of probe; null where the policy's floor will do. Seconds, except for the threshold. */
    public record Floors(
            @Nullable Floor liveness,
            @Nullable Floor readiness,
            @Nullable Floor startup) {
        private static final int MOST = 3600;

        public Floors {
            check("liveness", liveness);
            check("readiness", readiness);
            check("startup", startup);
        }

        private static void check(String probe, @Nullable Floor floor) {
            if (floor != null) {
                check(probe + ".periodSeconds", floor.periodSeconds());
                check(probe + ".timeoutSeconds", floor.timeoutSeconds());
                check(probe + ".failureThreshold", floor.failureThreshold());
            }
        }

        private static void check(String key, @Nullable Integer number) {
            if (number != null && (number < 1 || number > MOST)) {
                throw new IllegalArgumentException(key + " is " + number + "; allowed: 1 to " + MOST);
            }
        }

        @Nullable
        Floor of(Handler handler) {
            return switch (handler) {
                case LIVENESS -> liveness;
                case READINESS -> readiness;
                case STARTUP -> startup;
                case POST_START, PRE_STOP -> null;
            };
        }
    }

    /** What the kubelet makes of an exec that the runtime cannot carry out. */
    public enum FailedExec {
        /** It counts as a failed probe. */
        COUNTED,
        /** The probe's result is thrown away. */
        DISCARDED;

        /** As catalogues write it. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the kubelet makes of an exec that takes longer than {@code timeoutSeconds}. */
    public enum TimedOutExec {
        COUNTED,
        DISCARDED,
        /** There is no timeout: the probe goes on until exec returns. */
        IGNORED;

        /** As catalogues write it. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
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
            throw new IllegalArgumentException("effect " + effect + " does not break exec, so it cannot flag a node");
        }
        require(confidence, "confidence");
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "id is \"" + id + "\"; allowed: up to 63 of a-z, 0-9, dot and hyphen, no dot or hyphen at an end");
        }
        if (affected.isEmpty()) {
            throw new IllegalArgumentException("affected is empty, so nothing could ever match");
        }
        // It stands in warnings, which the API server drops for a control character and cuts off where they are long.
        if (remedy.length() > LONGEST_REMEDY || remedy.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("remedy must be one line of at most " + LONGEST_REMEDY + " characters");
        }
        if (floors != null && !timingHelps) {
            throw new IllegalArgumentException("floors make no sense where timingHelps is false");
        }
        if (symptoms.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("symptoms has an empty item, which every message contains");
        }
    }

    /** The least numbers that help a probe of this kind; null where the policy's will do, and for hooks. */
    public @Nullable Floor floor(Handler handler) {
        return floors == null ? null : floors.of(handler);
    }

    private static void requireAll(@Nullable List<?> list, String key) {
        require(list, key);
        if (list.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(key + " has an empty item");
        }
    }

    private static void require(@Nullable Object value, String key) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
