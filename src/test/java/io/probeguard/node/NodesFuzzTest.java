package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Timeout;

/** Whatever a listing of nodes holds: they can be flagged and pods be judged by them, or it is an error that says where. */
class NodesFuzzTest {
    private static final Workload POD = Pods.pod("nodeSelector: {zone: a}, tolerations: [{operator: Exists}],"
            + " containers: [{name: app, livenessProbe: {exec: {command: [x]}}}]");

    @FuzzTest
    @Timeout(30)
    void anyListing(byte[] content) {
        try {
            List<NodeFacts> nodes =
                    NodeList.read(new SourceText("nodes.yaml", new String(content, StandardCharsets.UTF_8)));
            assertThat(nodes).isNotEmpty();
            Fleet fleet = Fleet.of(nodes, Catalogue.builtIn());
            assertThat(fleet.members())
                    .flatExtracting(Fleet.Member::ignored)
                    .noneMatch(message -> message.startsWith(Fleet.NOT_JUDGED));
            Guard.review(POD, fleet, Policy.DEFAULT);
        } catch (DocumentException e) {
            assertThat(e.located())
                    .startsWith("nodes.yaml:")
                    .matches(text -> text.chars().noneMatch(Character::isISOControl));
        }
    }
}
