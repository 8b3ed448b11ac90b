package io.probeguard.catalogue;

import io.probeguard.probe.Floors;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing.Floor;
import io.probeguard.text.Keyword;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a container-runtime build, or of a whole line of runtimes or kubelets.
 *
 * @param id stable name, such as {@code docker-el7-1.13.1-84}; good for the value of a label
 * @param component the program at fault
 * @param summary what is wrong, in one sentence
 * @param breaks where exec breaks: in the runtime before the command's process starts, or after that. Over CRI it decides
 *     what becomes of slowness and hangs: the timeout of a probe runs from the start of the process. Default: before
 * @param dependsOnImage whether it breaks exec for some images or pods only, so that one that works proves nothing; default: no
 * @param flags whether a node that runs it is flagged; otherwise it only shapes what a broken exec leads to there
 * @param failedExec what the kubelet makes of an exec that fails
 * @param timedOutExec what it makes of one that exceeds its timeout; null where this entry says nothing about it
 * @param timingHelps whether longer timing fixes it, at least partly
 * @param floors the least numbers that help, where a policy's own may be too low; null where those suffice
 * @param fixed the first good version of each line of releases, none of which any entry flags: {@code containerd 1.6.36,
 *     1.7.22}; null where there is none
 * @param remedy what to do, short enough for a warning; where it is not written, to update to what is fixed
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
        Breaks breaks,
        @Nullable Boolean dependsOnImage,
        boolean flags,
        @Nullable FailedExec failedExec,
        @Nullable TimedOutExec timedOutExec,
        boolean timingHelps,
        @Nullable Floors floors,
        @Nullable String fixed,
        @Nullable String remedy,
        Confidence confidence,
        List<String> symptoms,
        List<String> sources) {

    private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final Pattern RELEASES = Pattern.compile("\\S+ (?<releases>\\d[^,\\s]*+(?:, \\d[^,\\s]*+){0,100})");
    private static final int MAX_REMEDY_LENGTH = 80;

    public enum Confidence implements Keyword {
        /** The commit, the release note or the program's own output was read. */
        HIGH,
        /** One credible report, or a conclusion from such data. */
        MEDIUM
    }

    /** Where exec breaks, seen from the command's process. */
    public enum Breaks implements Keyword {
        /** Errors, hangs and slowness in the runtime, while the timeout of a probe does not run yet over CRI. */
        BEFORE_START("before the command starts"),
        /** Its exit or its output goes astray; the timeout runs. */
        AFTER_START("after the command has started");

        private final String phrase;

        Breaks(String phrase) {
            this.phrase = phrase;
        }

        /** With "exec breaks" in front it is a statement. */
        public String phrase() {
            return phrase;
        }
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
        breaks = Objects.requireNonNullElse(breaks, Breaks.BEFORE_START);
        if (remedy == null && releases(fixed).isEmpty()) {
            throw new IllegalArgumentException(
                    "remedy is required, unless fixed names releases, such as \"runc 1.3.6, 1.4.2\"");
        }
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
        if (remedy != null && !isRemedy(remedy)) {
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

    static boolean isRemedy(String text) {
        return text.length() <= MAX_REMEDY_LENGTH && text.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public Boolean dependsOnImage() {
        return Boolean.TRUE.equals(dependsOnImage);
    }

    /** What to do, in at most {@value #MAX_REMEDY_LENGTH} characters. */
    @Override
    public String remedy() {
        return remedy != null ? remedy : update(component, String.join(", ", releases()));
    }

    /** Whether an update is all that there is to do, so that it depends on what a node has which one. */
    boolean isHealedByUpdate() {
        return remedy == null;
    }

    /** Whether a node that has this package, whatever else is true of it, may be flagged for it. */
    boolean isFlaggedBy(PackageVersion installed) {
        return flags && affected.stream().anyMatch(each -> each.matches(installed));
    }

    /** The first good release of each line; empty where {@code fixed} does not name releases alone. */
    List<String> releases() {
        return releases(fixed);
    }

    private static List<String> releases(@Nullable String fixed) {
        Matcher releases = RELEASES.matcher(Objects.requireNonNullElse(fixed, ""));
        return releases.matches() ? List.of(releases.group("releases").split(", ", -1)) : List.of();
    }

    /** The same with another remedy, that of a particular node; null for the general one. */
    CatalogueEntry withRemedy(@Nullable String other) {
        return new CatalogueEntry(
                id,
                component,
                summary,
                affected,
                effect,
                breaks,
                dependsOnImage,
                flags,
                failedExec,
                timedOutExec,
                timingHelps,
                floors,
                fixed,
                other,
                confidence,
                symptoms,
                sources);
    }

    /** Entries each once, in their order; one whose remedy differs from node to node has the general one. */
    public static List<CatalogueEntry> distinct(Stream<CatalogueEntry> entries) {
        Map<String, CatalogueEntry> distinct = new LinkedHashMap<>();
        entries.forEach(entry ->
                distinct.merge(entry.id(), entry, (one, other) -> one.equals(other) ? one : one.withRemedy(null)));
        return List.copyOf(distinct.values());
    }

    static String update(String what, String release) {
        return "update " + what + " to " + release + " or later";
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
