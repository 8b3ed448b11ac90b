package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.policy.Policy.Exemption;
import io.probeguard.policy.Policy.NamespaceLabels;
import io.probeguard.policy.Policy.Suspicion;
import io.probeguard.policy.Policy.When;
import io.probeguard.probe.Floors;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.annotation.JsonPOJOBuilder;

/** Builds a {@link Policy}, part by part as the policy file names them; what is not set has its default. */
@JsonPOJOBuilder(withPrefix = "")
public final class PolicyBuilder {
    private Mode mode = Mode.WARN;
    private When when = new When(Threshold.ANY, Threshold.ANY, Threshold.ALL);
    private Floors floors = Policy.DEFAULT_FLOORS;
    private boolean rewriteUnhealable = true;
    private Suspicion suspicion = Suspicion.SHOW;
    private SymptomUse symptoms = SymptomUse.SHOW;
    private List<EvidenceSource> evidence = EvidenceSource.UNFORGEABLE;
    private boolean denyHooks = false;
    private boolean skipAnnotation = true;
    private Map<String, Mode> namespaces = Map.of();
    private NamespaceLabels namespaceLabels = NamespaceLabels.ANY;
    private List<Exemption> exemptions = List.of();
    private SteeringMode steer = SteeringMode.OFF;
    private CatalogueChanges catalogue = CatalogueChanges.NONE;
    private final String ownNamespace;

    PolicyBuilder() {
        ownNamespace = "probe-guard";
    }

    /** @param ownNamespace which no policy file says: it is where probe-guard is installed */
    PolicyBuilder(Policy policy, String ownNamespace) {
        mode = policy.mode();
        when = policy.when();
        floors = policy.floors();
        rewriteUnhealable = policy.rewriteUnhealable();
        suspicion = policy.suspicion();
        symptoms = policy.symptoms();
        evidence = policy.evidence();
        denyHooks = policy.denyHooks();
        skipAnnotation = policy.skipAnnotation();
        namespaces = policy.namespaces();
        namespaceLabels = policy.namespaceLabels();
        exemptions = policy.exemptions();
        steer = policy.steer();
        catalogue = policy.catalogue();
        this.ownNamespace = ownNamespace;
    }

    public PolicyBuilder mode(Mode value) {
        mode = value;
        return this;
    }

    public PolicyBuilder when(When value) {
        when = value;
        return this;
    }

    public PolicyBuilder floors(Floors value) {
        floors = value;
        return this;
    }

    public PolicyBuilder rewriteUnhealable(boolean value) {
        rewriteUnhealable = value;
        return this;
    }

    public PolicyBuilder suspicion(Suspicion value) {
        suspicion = value;
        return this;
    }

    public PolicyBuilder symptoms(SymptomUse value) {
        symptoms = value;
        return this;
    }

    public PolicyBuilder evidence(List<EvidenceSource> value) {
        evidence = value;
        return this;
    }

    public PolicyBuilder denyHooks(boolean value) {
        denyHooks = value;
        return this;
    }

    public PolicyBuilder skipAnnotation(boolean value) {
        skipAnnotation = value;
        return this;
    }

    public PolicyBuilder namespaces(Map<String, Mode> value) {
        namespaces = value;
        return this;
    }

    public PolicyBuilder namespaceLabels(NamespaceLabels value) {
        namespaceLabels = value;
        return this;
    }

    public PolicyBuilder exemptions(List<Exemption> value) {
        exemptions = value;
        return this;
    }

    public PolicyBuilder steer(SteeringMode value) {
        steer = value;
        return this;
    }

    public PolicyBuilder catalogue(CatalogueChanges value) {
        catalogue = value;
        return this;
    }

    /** @throws IllegalArgumentException if the parts make no valid policy */
    public Policy build() {
        return new Policy(
                mode,
                when,
                floors,
                rewriteUnhealable,
                suspicion,
                symptoms,
                evidence,
                EvidenceSource.trust(evidence, symptoms, suspicion),
                denyHooks,
                skipAnnotation,
                namespaces,
                namespaceLabels,
                exemptions,
                steer,
                catalogue,
                ownNamespace);
    }
}
