package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.node.NodeList;
import io.probeguard.text.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real nodes match; the first of each file. A question mark is a suspicion. */
class CatalogueCorpusTest {
    private static final Catalogue CATALOGUE = Catalogue.builtIn();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    unknown___index_id_17280509382_centos7-docker1.13.1-node.yaml                      | docker-el7-1.13.1-84? kubelet-dockershim-no-timeout
                    unknown___index_id_18832973910_openshift311-centos7-docker1.13.1-describe.txt      | docker-el7-1.13.1-84? kubelet-dockershim-no-timeout
                    unknown___index_id_38875970025_centos7-ucloud-kernel-docker1.13.1-nodeinfo.txt     | docker-el7-1.13.1-84? kubelet-dockershim-no-timeout
                    unknown___index_id_25021926163_ubuntu1604-docker1.13.1-nodeinfo.txt                | kubelet-dockershim-no-timeout
                    openshift__openshift-ansible__fedora1.openshift.io.node.json                       | kubelet-dockershim-no-timeout
                    derailed__k9s__n1.json                                                             | kubelet-dockershim-no-timeout
                    unknown___index_id_10308403760_centos7-docker19.3.9-nodeinfo.txt                   | kubelet-cgroup-freeze? kubelet-dockershim-gate-off? dockershim-timeout-leak
                    honeycombio__honeycomb-kubernetes-agent__duckboat-01.node.json                     | kubelet-cgroup-freeze? kubelet-dockershim-gate-off? dockershim-timeout-leak
                    kubescape__regolibrary__node.json                                                  | dockershim-timeout-leak
                    kubescape__regolibrary__input-3-node.json                                          | dockershim-timeout-leak
                    replicatedhq__troubleshoot__repldev-marc.node.json                                 | kubelet-cri-timeout-discarded kubelet-cri-error-discarded containerd-zombie-hang containerd-timeout-leak containerd-background-output containerd-output-unbounded containerd-event-lock containerd-init-exit-before-cache containerd-drain-leak
                    vmware-tanzu__sonobuoy__kind-control-plane.node.json                               | kubelet-cri-error-discarded containerd-background-output containerd-output-unbounded containerd-event-lock containerd-init-exit-before-cache containerd-drain-leak
                    derailed__popeye__n1.node.json                                                     | kubelet-cgroup-freeze? kubelet-cri-error-discarded containerd-background-output containerd-output-unbounded containerd-event-lock containerd-init-exit-before-cache containerd-drain-leak
                    kubescape__regolibrary__input-4-node.json                                          | kubelet-cri-error-discarded containerd-background-output containerd-event-lock containerd-init-exit-before-cache containerd-drain-leak
                    replicatedhq__troubleshoot__ip-172-31-21-92.node.json                              | containerd-exit-lost kubelet-cri-error-discarded containerd-init-exit-before-cache containerd-drain-leak
                    newrelic__nri-kubernetes__datagen-1-34.node.json                                   | kubelet-cri-error-discarded containerd-init-exit-before-cache containerd-drain-leak
                    unknown___index_id_35998930943_openshift311-rhel7.6-crio1.11.5-describe.txt        | kubelet-cri-timeout-discarded kubelet-cri-error-discarded cri-o-output-unbounded cri-o-timeout-discarded cri-o-pipe-hang
                    openshift__insights-operator__ip-10-0-132-92.us-west-1.compute.internal.node.json  | kubelet-cri-timeout-discarded? kubelet-cri-error-discarded? cri-o-output-unbounded?
                    openshift__insights-operator__worker-0.imeixner20210707.lab.upshift.rdu2.redhat.com.json | kubelet-cri-error-discarded? cri-o-output-unbounded?
                    unknown___index_id_42476598323_ocp48-crio1.21.6-nodeinfo.txt                       | kubelet-cri-error-discarded? cri-o-output-unbounded?
                    openshift__oc__4.16.0-single-node-node.yaml                                        | kubelet-cri-error-discarded?
                    """)
    void realNodes(String file, String expected) throws IOException {
        Path node = External.folder("PROBE_GUARD_CORPUS").resolve("node").resolve(file);
        String content = Files.readString(node);
        NodeInfo info = file.endsWith(".txt")
                ? described(content)
                : NodeList.read(new SourceText(file, content)).get(0).info();
        assertThat(CATALOGUE.matching(info, any -> true).stream()
                        .map(match -> match.entry().id() + (match.isSure() ? "" : "?"))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    /** Out of what {@code kubectl describe node} prints, or a part of a node's status. */
    private static NodeInfo described(String text) {
        return new NodeInfo(
                field(text, "Container ?Runtime ?Version"),
                field(text, "OS ?Image"),
                field(text, "Kernel ?Version"),
                field(text, "Kubelet ?Version"));
    }

    private static String field(String text, String name) {
        Matcher matcher =
                Pattern.compile("(?im)^\\s*\"?" + name + "\"?: *\"?([^\"\\n]*)").matcher(text);
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1).strip();
    }
}
