package io.probeguard;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/** The arrows between the packages: each may use only those named before it. */
@AnalyzeClasses(packages = "io.probeguard", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("yaml")
            .definedBy("io.probeguard.yaml..")
            .layer("probe")
            .definedBy("io.probeguard.probe..")
            .layer("kubelet")
            .definedBy("io.probeguard.kubelet..")
            .layer("runtime")
            .definedBy("io.probeguard.runtime..")
            .layer("host")
            .definedBy("io.probeguard.host..")
            .layer("node")
            .definedBy("io.probeguard.node..")
            .layer("policy")
            .definedBy("io.probeguard.policy..")
            .layer("admission")
            .definedBy("io.probeguard.admission..")
            .layer("tls")
            .definedBy("io.probeguard.tls..")
            .layer("cluster")
            .definedBy("io.probeguard.cluster..")
            .layer("report")
            .definedBy("io.probeguard.report..")
            .layer("console")
            .definedBy("io.probeguard.console..")
            .layer("cli")
            .definedBy("io.probeguard.cli..")
            .whereLayer("yaml")
            .mayNotAccessAnyLayer()
            .whereLayer("probe")
            .mayOnlyAccessLayers("yaml")
            .whereLayer("kubelet")
            .mayOnlyAccessLayers("yaml", "probe")
            .whereLayer("runtime")
            .mayOnlyAccessLayers("yaml", "probe")
            .whereLayer("host")
            .mayOnlyAccessLayers("runtime")
            .whereLayer("node")
            .mayOnlyAccessLayers("yaml", "probe", "runtime")
            .whereLayer("policy")
            .mayOnlyAccessLayers("yaml", "probe", "runtime", "node")
            .whereLayer("admission")
            .mayOnlyAccessLayers("yaml", "probe", "runtime", "node", "policy")
            .whereLayer("tls")
            .mayNotAccessAnyLayer()
            .whereLayer("cluster")
            .mayOnlyAccessLayers("yaml", "probe", "runtime", "node", "policy", "admission", "tls")
            .whereLayer("report")
            .mayOnlyAccessLayers("yaml", "probe", "runtime", "node", "policy", "admission", "tls", "cluster")
            .whereLayer("console")
            .mayOnlyAccessLayers("probe", "runtime", "node", "policy", "cluster", "report")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule JUDGEMENT_KNOWS_NO_HTTP = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.probeguard.yaml..",
                    "io.probeguard.probe..",
                    "io.probeguard.kubelet..",
                    "io.probeguard.runtime..",
                    "io.probeguard.node..",
                    "io.probeguard.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..", "io.fabric8.kubernetes.client..", "java.net..");

    @ArchTest
    static final ArchRule ONLY_NODES_USE_THE_KUBERNETES_MODEL = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.probeguard.probe..",
                    "io.probeguard.kubelet..",
                    "io.probeguard.runtime..",
                    "io.probeguard.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8..");

    @ArchTest
    static final ArchRule JUDGEMENT_HAS_NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.probeguard.probe..",
                    "io.probeguard.kubelet..",
                    "io.probeguard.node..",
                    "io.probeguard.policy..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .callMethod(Instant.class, "now");
}
