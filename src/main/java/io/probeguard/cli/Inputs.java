package io.probeguard.cli;

import io.probeguard.cli.ManifestFiles.Source;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.NodeList;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.probe.Manifest;
import io.probeguard.probe.Manifest.Found;
import io.probeguard.probe.Workload;
import io.probeguard.runtime.Catalogue;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What commands read besides manifests. A fault in any of it is the caller's to mend: nothing is judged by halves. */
final class Inputs {
    /** Phases of pods whose containers do not run again. */
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private Inputs() {}

    /** Thrown with a message for the user; the exit code is that of wrong usage. */
    static final class BadInputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadInputException(String message) {
            super(message);
        }
    }

    static Fleet nodes(Path file, Catalogue catalogue) {
        return Fleet.of(nodes(file), catalogue);
    }

    /** What is known of each node, without a judgement. */
    static List<NodeFacts> nodes(Path file) {
        try {
            return NodeList.read(text(file, "--nodes"));
        } catch (DocumentException e) {
            throw new BadInputException(e.located());
        }
    }

    /** Running pods: those that have not ended, as {@code kubectl get pods -A -o yaml} prints them. */
    static List<Workload> pods(Path file) {
        Documents documents = Documents.parse(text(file, "--pods"));
        if (!documents.unreadable().isEmpty()) {
            throw new BadInputException(documents.unreadable().get(0).error().located());
        }
        List<Workload> pods = new ArrayList<>();
        for (Document document : documents.documents()) {
            Manifest manifest = Manifest.read(document);
            if (!manifest.errors().isEmpty()) {
                throw new BadInputException(manifest.errors().get(0).located());
            }
            for (Found found : manifest.workloads()) {
                if (!found.workload().isPod()) {
                    throw new BadInputException(document.error(
                                    found.pointer(),
                                    "this is a " + found.workload().kind() + ", not a Pod; expected what \"kubectl get"
                                            + " pods -A -o yaml\" prints (\"review\" judges manifests)")
                            .located());
                }
                if (!ENDED.contains(
                        document.tree().at(found.pointer() + "/status/phase").asString(""))) {
                    pods.add(found.workload());
                }
            }
        }
        return pods;
    }

    /** The catalogue as a policy changes it; the built-in one without a policy. */
    static Catalogue catalogue(@Nullable Path policy) {
        Catalogue builtIn = Catalogue.builtIn();
        return policy == null ? builtIn : builtIn.with(policy(policy).catalogue());
    }

    static Policy policy(Path file) {
        try {
            return PolicyFile.read(text(file, "--policy"));
        } catch (DocumentException e) {
            throw new BadInputException(e.located());
        }
    }

    private static Text text(Path file, String option) {
        try {
            return ManifestFiles.read(new Source(file.toString(), file), InputStream.nullInputStream());
        } catch (IOException e) {
            throw new BadInputException(option + ": " + file + ": " + Failures.message(e));
        }
    }
}
