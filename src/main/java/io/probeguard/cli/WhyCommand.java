package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.output.PodAnswerOutput;
import io.probeguard.policy.Policy;
import io.probeguard.scan.PodAnswer;
import io.probeguard.scan.PodAnswerReader;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code probe-guard why}: why one pod restarts, or is not Ready. */
@Command(
        description = {
            "Tells why a pod restarts or is not Ready, as far as exec probes have a part in it.",
            "Shows how its containers ended, its Events, its node and why that is flagged, what is predicted for",
            "its exec probes and hooks there, what was rewritten when it was created, and what to do. Read-only.",
            "Requires permission to get the pod; what else may not be read, such as its node, is named."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  the pod was read, whatever the answer",
            "  2  wrong usage, no such pod, or a cluster that cannot be reached",
            "  3  internal error",
            "",
            "Examples",
            "  probe-guard why web-6f9c8d7b5-x2x4z -n shop",
            "  kubectl probe-guard why pod/web-6f9c8d7b5-x2x4z -o json"
        })
final class WhyCommand implements Callable<Integer> {
    private static final String POD_PREFIX = "^(pods?|po)/";

    enum Format {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "POD", description = "The name of a pod, or pod/NAME.")
    private String pod;

    @Mixin
    private ClusterOptions cluster;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace of the pod. Default: that of the context.")
    private @Nullable String namespace;

    @Mixin
    private EvidenceOptions evidence;

    @Mixin
    private PolicyOptions policyOptions;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        PodAnswer answer = read();
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> PodAnswerOutput.text(answer, Ansi.AUTO, out);
            case json -> PodAnswerOutput.json(answer, out);
        }
        return 0;
    }

    private PodAnswer read() {
        Policy policy = policyOptions.policy();
        Catalogue catalogue = Catalogue.builtIn().with(policy.catalogue());
        try (KubernetesClient client = cluster.client()) {
            String where = namespace == null ? Objects.requireNonNullElse(client.getNamespace(), "default") : namespace;
            String name = pod.replaceFirst(POD_PREFIX, "");
            try {
                PodAnswer answer = new PodAnswerReader(
                                client,
                                catalogue,
                                policy,
                                (nodes, missing) -> evidence.fleet(client, nodes, catalogue, policy, missing))
                        .read(where, name);
                if (answer == null) {
                    throw new BadInputException("there is no pod \"" + name + "\" in namespace " + where);
                }
                return answer;
            } catch (KubernetesClientException e) {
                throw ClusterOptions.failure(client, e);
            }
        }
    }
}
