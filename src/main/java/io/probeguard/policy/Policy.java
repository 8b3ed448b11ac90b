package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Flag.Strength;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Timing.Floor;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Identity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an admin wants done. Every part that is left out has its default.
 *
 * @param mode for namespaces that have none of their own; default warn
 * @param when how much of the candidate nodes must be flagged
 * @param floors the least numbers that a relaxed probe gets
 * @param rewriteUnhealable whether timing is relaxed also where it cannot heal and only slows the restarts; default true
 * @param suspicion whether nodes that are only suspected act like flagged ones; default show
 * @param symptoms whether nodes on which exec was seen to go wrong are looked for, and act like flagged ones; default show
 * @param denyHooks whether mode deny refuses a pod for its hooks too; default false
 * @param skipAnnotation whether pods may opt out by annotation; default true
 * @param namespaces modes by namespace; default none
 * @param namespaceLabels what the label {@value #MODE_LABEL} of a namespace may do; default any
 * @param exemptions workloads that are left alone; default none
 * @param steer whether pods are led away from nodes on which exec always fails or hangs; default off
 * @param catalogue changes of the catalogue of broken builds; default none. The judgement never reads it: nodes are flagged
 *     by the catalogue that results
 */
public record Policy(
        Mode mode,
        When when,
        Floors floors,
        Boolean rewriteUnhealable,
        Suspicion suspicion,
        SymptomUse symptoms,
        Boolean denyHooks,
        Boolean skipAnnotation,
        Map<String, Mode> namespaces,
        NamespaceLabels namespaceLabels,
        List<Exemption> exemptions,
        SteeringMode steer,
        CatalogueChanges catalogue) {

    /** Label of a namespace: the mode that holds there. */
    public static final String MODE_LABEL = "probe-guard.io/mode";

    public static final Policy DEFAULT =
            new Policy(null, null, null, null, null, null, null, null, null, null, null, null, null);

    public Policy {
        mode = Objects.requireNonNullElse(mode, Mode.WARN);
        when = Objects.requireNonNullElse(when, When.DEFAULT);
        floors = Objects.requireNonNullElse(floors, Floors.DEFAULT);
        rewriteUnhealable = Objects.requireNonNullElse(rewriteUnhealable, true);
        suspicion = Objects.requireNonNullElse(suspicion, Suspicion.show);
        symptoms = Objects.requireNonNullElse(symptoms, SymptomUse.SHOW);
        denyHooks = Objects.requireNonNullElse(denyHooks, false);
        skipAnnotation = Objects.requireNonNullElse(skipAnnotation, true);
        namespaces = namespaces == null ? Map.of() : namespaces;
        namespaces.forEach((namespace, own) -> {
            if (own == null) {
                throw new IllegalArgumentException(
                        "namespaces." + namespace + " has no mode; allowed: off, warn, rewrite, deny");
            }
        });
        namespaceLabels = Objects.requireNonNullElse(namespaceLabels, NamespaceLabels.any);
        exemptions = exemptions == null ? List.of() : exemptions;
        if (exemptions.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("exemptions has an empty item");
        }
        steer = Objects.requireNonNullElse(steer, SteeringMode.OFF);
        catalogue = Objects.requireNonNullElse(catalogue, CatalogueChanges.NONE);
    }

    /** What a suspicion is good for; the constants are spelled as policy files spell them. */
    public enum Suspicion {
        show,
        act
    }

    /** What labels of namespaces may do; the constants are spelled as policy files spell them. */
    public enum NamespaceLabels {
        /** Set any mode. */
        any,
        /** Set a mode only that is stricter than the policy's, in the order off, warn, rewrite, deny. */
        tighten
    }

    /** Defaults: warn any, rewrite any, deny all. */
    public record When(Threshold warn, Threshold rewrite, Threshold deny) {
        static final When DEFAULT = new When(null, null, null);

        public When {
            warn = Objects.requireNonNullElse(warn, Threshold.ANY);
            rewrite = Objects.requireNonNullElse(rewrite, Threshold.ANY);
            deny = Objects.requireNonNullElse(deny, Threshold.ALL);
        }

        Threshold of(Action action) {
            return switch (action) {
                case DENY -> deny;
                case REWRITE -> rewrite;
                case WARN, NONE -> warn;
            };
        }
    }

    /**
     * Floors by kind of probe; a number that is left out has its default: liveness 30 s, 10 s, 5 failures; readiness
     * 15 s, 10 s, 3; startup only a timeout of 10 s, since a longer period would only make a slow start slower.
     */
    public record Floors(Floor liveness, Floor readiness, Floor startup) {
        static final Floors DEFAULT = new Floors(null, null, null);

        private static final int MOST = 3600;

        public Floors {
            liveness = complete("liveness", liveness, new Floor(30, 10, 5));
            readiness = complete("readiness", readiness, new Floor(15, 10, 3));
            startup = complete("startup", startup, new Floor(null, 10, null));
        }

        private static Floor complete(String probe, @Nullable Floor floor, Floor byDefault) {
            if (floor == null) {
                return byDefault;
            }
            return new Floor(
                    number(probe + ".periodSeconds", floor.periodSeconds(), byDefault.periodSeconds()),
                    number(probe + ".timeoutSeconds", floor.timeoutSeconds(), byDefault.timeoutSeconds()),
                    number(probe + ".failureThreshold", floor.failureThreshold(), byDefault.failureThreshold()));
        }

        private static @Nullable Integer number(String key, @Nullable Integer number, @Nullable Integer byDefault) {
            if (number != null && (number < 1 || number > MOST)) {
                throw new IllegalArgumentException(key + " is " + number + "; allowed: 1 to " + MOST);
            }
            return number == null ? byDefault : number;
        }

        Floor of(Handler handler) {
            return switch (handler) {
                case LIVENESS -> liveness;
                case READINESS -> readiness;
                case STARTUP -> startup;
                case POST_START, PRE_STOP -> throw new IllegalArgumentException(handler + " has no timing");
            };
        }
    }

    /**
     * Workloads that are left alone, and the pods made from them. What is given must all hold.
     *
     * @param kind of the workload or, for a pod, of what it was made from
     * @param name of the same, or a pod's own generateName; a final {@code *} stands for any rest
     * @param reason is shown wherever the exemption is used
     */
    public record Exemption(
            @Nullable String namespace,
            @Nullable String kind,
            @Nullable String name,
            @Nullable String reason) {
        public Exemption {
            if (namespace == null && kind == null && name == null) {
                throw new IllegalArgumentException("an exemption needs a namespace, a kind or a name");
            }
            if (reason == null || reason.isBlank()) {
                throw new IllegalArgumentException("an exemption needs a reason");
            }
        }

        boolean covers(Workload workload) {
            return (namespace == null || namespace.equals(workload.namespace()))
                    && workload.identities().stream().anyMatch(this::covers);
        }

        private boolean covers(Identity identity) {
            return (kind == null || kind.equals(identity.kind())) && (name == null || covers(identity.name()));
        }

        private boolean covers(String workloadName) {
            return name.endsWith("*")
                    ? workloadName.startsWith(name.substring(0, name.length() - 1))
                    : workloadName.equals(name);
        }
    }

    /** The same policy with another default mode; namespaces that have their own keep it. */
    public Policy withMode(Mode other) {
        return with(other, namespaces);
    }

    /**
     * The same policy with the mode that a namespace's label gives it. What is no mode, or one that the label may not
     * set, changes nothing.
     *
     * @param label null where the namespace has none
     */
    public Policy inNamespace(String namespace, @Nullable String label) {
        Mode own = label == null ? null : Mode.find(label);
        if (own == null) {
            return this;
        }
        Mode present = modeFor(namespace);
        boolean loosens = own.compareTo(present) < 0;
        return own == present || (loosens && namespaceLabels == NamespaceLabels.tighten)
                ? this
                : withMode(namespace, own);
    }

    /** The same policy with this mode in a namespace; for judging what is there, and nowhere else. */
    public Policy withMode(String namespace, Mode own) {
        return with(mode, Map.of(namespace, own));
    }

    /** The same policy for pods that nothing can change any more. */
    public Policy withoutSteering() {
        return steer == SteeringMode.OFF ? this : with(mode, namespaces, SteeringMode.OFF);
    }

    private Policy with(Mode newMode, Map<String, Mode> newNamespaces) {
        return with(newMode, newNamespaces, steer);
    }

    private Policy with(Mode newMode, Map<String, Mode> newNamespaces, SteeringMode newSteer) {
        return new Policy(
                newMode,
                when,
                floors,
                rewriteUnhealable,
                suspicion,
                symptoms,
                denyHooks,
                skipAnnotation,
                newNamespaces,
                namespaceLabels,
                exemptions,
                newSteer,
                catalogue);
    }

    /** Whether something is done about nodes whose flag is so sure, rather than only shown. */
    public boolean actsOn(Strength strength) {
        return switch (strength) {
            case CONFIRMED -> true;
            case OBSERVED -> symptoms == SymptomUse.ACT;
            case SUSPECTED -> suspicion == Suspicion.act;
        };
    }

    /** The mode that holds in a namespace. */
    public Mode modeFor(@Nullable String namespace) {
        return namespace == null ? mode : namespaces.getOrDefault(namespace, mode);
    }

    Optional<Exemption> exemption(Workload workload) {
        for (Exemption exemption : exemptions) {
            if (exemption.covers(workload)) {
                return Optional.of(exemption);
            }
        }
        return Optional.empty();
    }

    /**
     * The numbers that a probe would be given: at least this policy's floors, and those of the builds that it meets.
     *
     * @return null where nothing would change, or where the API server refuses the probe as it is
     */
    @Nullable
    Timing relaxed(Handler handler, Timing timing, List<CatalogueEntry> builds) {
        if (!timing.isValid()) {
            return null;
        }
        Timing relaxed = timing.atLeast(floors.of(handler));
        for (CatalogueEntry build : builds) {
            Floor floor = build.floor(handler);
            relaxed = floor == null ? relaxed : relaxed.atLeast(floor);
        }
        return relaxed.equals(timing) ? null : relaxed;
    }
}
