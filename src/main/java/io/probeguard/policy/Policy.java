package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Trust;
import io.probeguard.probe.Floors;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Timing.Floor;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.text.Keyword;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What an admin wants done. Parts that are left out have their defaults.
 *
 * @param mode for namespaces that have none of their own; default warn
 * @param when how much of the candidate nodes must be flagged
 * @param floors the least numbers that a relaxed probe gets
 * @param rewriteUnhealable whether timing is relaxed even where it fixes nothing and only delays restarts; default true
 * @param suspicion whether the policy acts on nodes that are only suspected; default show
 * @param symptoms whether symptoms are looked for, and count among the evidence that may touch pods; default show
 * @param evidence that may touch pods; by default what neither pods nor Events can forge
 * @param trust what follows of these three
 * @param denyHooks whether mode deny refuses a pod for its hooks too; default false
 * @param skipAnnotation whether pods may opt out by annotation; default true
 * @param namespaces modes by namespace; default none
 * @param namespaceLabels what the label {@value #MODE_LABEL} of a namespace may set; default any
 * @param exemptions workloads that are left alone; default none
 * @param steer whether pods are steered away from nodes on which exec always fails or hangs; default off
 * @param catalogue changes to the catalogue of broken builds; default none. The judgement never reads it: nodes are flagged
 *     by the catalogue that results
 * @param ownNamespace in which probe-guard runs, and nothing is ever rewritten or refused, as in {@value #SYSTEM_NAMESPACE}:
 *     neither may wait for it. Not part of a policy file; default probe-guard
 */
@JsonDeserialize(builder = PolicyBuilder.class)
public record Policy(
        Mode mode,
        When when,
        Floors floors,
        boolean rewriteUnhealable,
        Suspicion suspicion,
        SymptomUse symptoms,
        List<EvidenceSource> evidence,
        Trust trust,
        boolean denyHooks,
        boolean skipAnnotation,
        Map<String, Mode> namespaces,
        NamespaceLabels namespaceLabels,
        List<Exemption> exemptions,
        SteeringMode steer,
        CatalogueChanges catalogue,
        String ownNamespace) {

    /** The cluster's own namespace, in which nothing is ever rewritten or refused. */
    public static final String SYSTEM_NAMESPACE = "kube-system";

    /** Label of a namespace: the mode that holds there. */
    public static final String MODE_LABEL = "probe-guard.io/mode";

    /** Startup has only a timeout, since a longer period would only make a slow start slower. */
    static final Floors DEFAULT_FLOORS =
            new Floors(new Floor(30, 10, 5), new Floor(15, 10, 3), new Floor(null, 10, null));

    public static final Policy DEFAULT = new PolicyBuilder().build();

    /** @throws IllegalArgumentException if a namespace has no mode, or there is an empty exemption; both come from files */
    public Policy {
        floors = floors.orElse(DEFAULT_FLOORS);
        namespaces.forEach((namespace, own) -> {
            if (own == null) {
                throw new IllegalArgumentException("namespaces." + namespace + ": mode is required; supported values: "
                        + Keyword.words(Mode.class));
            }
        });
        if (exemptions.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("exemptions must not contain empty items");
        }
    }

    /** A builder that starts from this policy. */
    public PolicyBuilder toBuilder() {
        return new PolicyBuilder(this, ownNamespace);
    }

    /** What is done about nodes that are only suspected. */
    public enum Suspicion implements Keyword {
        /** They are only shown. */
        SHOW,
        /** They are treated like nodes that are flagged for sure. */
        ACT
    }

    /** What labels of namespaces may set. */
    public enum NamespaceLabels implements Keyword {
        /** Any mode. */
        ANY,
        /** Only a mode that is stricter than the policy's, in the order off, warn, rewrite, deny. */
        TIGHTEN
    }

    /** How much of the candidate nodes must be flagged for each action. Defaults: warn any, rewrite any, deny all. */
    public record When(Threshold warn, Threshold rewrite, Threshold deny) {
        public When(@Nullable Threshold warn, @Nullable Threshold rewrite, @Nullable Threshold deny) {
            this.warn = Objects.requireNonNullElse(warn, Threshold.ANY);
            this.rewrite = Objects.requireNonNullElse(rewrite, Threshold.ANY);
            this.deny = Objects.requireNonNullElse(deny, Threshold.ALL);
        }

        Threshold of(Action action) {
            return switch (action) {
                case DENY -> deny;
                case REWRITE -> rewrite;
                case WARN, AT_FLOORS, NONE -> warn;
            };
        }
    }

    /**
     * Workloads that are left alone, and the pods created from them. All that is given must match.
     *
     * @param kind of the workload or, for a pod, of its controllers
     * @param name of the same, or a pod's own generateName; a final {@code *} matches any rest
     * @param reason is shown wherever the exemption is used
     */
    public record Exemption(
            @Nullable String namespace,
            @Nullable String kind,
            @Nullable String name,
            String reason) {
        /** @throws IllegalArgumentException if there is nothing to match, or no reason */
        public Exemption(
                @Nullable String namespace, @Nullable String kind, @Nullable String name, @Nullable String reason) {
            if (namespace == null && kind == null && name == null) {
                throw new IllegalArgumentException("an exemption requires a namespace, kind or name");
            }
            if (reason == null || reason.isBlank()) {
                throw new IllegalArgumentException("an exemption requires a reason");
            }
            this.namespace = namespace;
            this.kind = kind;
            this.name = name;
            this.reason = reason;
        }

        boolean covers(Workload workload) {
            return (namespace == null || namespace.equals(workload.namespace()))
                    && workload.identities().stream().anyMatch(this::covers);
        }

        private boolean covers(Identity identity) {
            return (kind == null || kind.equals(identity.kind())) && (name == null || matches(name, identity.name()));
        }

        private static boolean matches(String pattern, String name) {
            return pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern);
        }
    }

    /** The same policy of a probe-guard that runs in another namespace. */
    public Policy inOwnNamespace(String namespace) {
        return new PolicyBuilder(this, namespace).build();
    }

    /** The same policy with another default mode; namespaces that have their own keep it. */
    public Policy withMode(Mode other) {
        return toBuilder().mode(other).build();
    }

    /** The same policy after changes to the catalogue, over which its own prevail. */
    public Policy after(CatalogueChanges changes) {
        return toBuilder().catalogue(changes.then(catalogue)).build();
    }

    /**
     * The same policy with the mode that a namespace's label sets. A label that is not a mode, or one that it may not set,
     * changes nothing.
     *
     * @param label null where the namespace has none
     */
    public Policy inNamespace(String namespace, @Nullable String label) {
        Mode present = modeFor(namespace);
        Mode own = Optional.ofNullable(label).flatMap(Mode::find).orElse(present);
        boolean loosens = own.compareTo(present) < 0;
        return own == present || (loosens && namespaceLabels == NamespaceLabels.TIGHTEN)
                ? this
                : withMode(namespace, own);
    }

    /** The same policy with this mode in a namespace, and without modes in others: for judging that namespace alone. */
    public Policy withMode(String namespace, Mode own) {
        return toBuilder().namespaces(Map.of(namespace, own)).build();
    }

    /** The same policy for pods that exist, which nothing can steer any more. */
    public Policy withoutSteering() {
        return steer == SteeringMode.OFF
                ? this
                : toBuilder().steer(SteeringMode.OFF).build();
    }

    /** The mode that holds in a namespace; never more than warn in {@linkplain #isSystem a system namespace}. */
    public Mode modeFor(@Nullable String namespace) {
        Mode configured = namespace == null ? mode : namespaces.getOrDefault(namespace, mode);
        return isSystem(namespace) && configured.compareTo(Mode.WARN) > 0 ? Mode.WARN : configured;
    }

    /** Whether nothing is ever rewritten or refused in a namespace: it is the cluster's own, or ours. */
    public boolean isSystem(@Nullable String namespace) {
        return SYSTEM_NAMESPACE.equals(namespace) || ownNamespace.equals(namespace);
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
     * The numbers that a relaxed probe gets: at least this policy's floors, and those of the builds that affect it.
     *
     * @return null where nothing would change, or where the API server rejects the probe as it is
     */
    @Nullable
    Timing relaxed(Handler handler, Timing timing, List<CatalogueEntry> builds) {
        if (!timing.isValid()) {
            return null;
        }
        Timing relaxed = atLeast(timing, floors.of(handler));
        for (CatalogueEntry build : builds) {
            relaxed = atLeast(relaxed, build.floor(handler));
        }
        return relaxed.equals(timing) ? null : relaxed;
    }

    private static Timing atLeast(Timing timing, @Nullable Floor floor) {
        return floor == null ? timing : timing.atLeast(floor);
    }
}
