package io.probeguard.node;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.text.SourceText;
import java.util.List;
import java.util.Map;

/** Nodes for tests. */
public final class Nodes {
    public static final NodeInfo EL7_DOCKER =
            new NodeInfo("docker://1.13.1", "CentOS Linux 7 (Core)", "3.10.0-957.el7.x86_64", "v1.13.0");
    public static final NodeInfo HEALTHY = new NodeInfo("containerd://1.7.27", "Ubuntu 22.04", "5.15", "v1.30.0");
    public static final String BAD_DOCKER = "docker-1.13.1-84.git07f3374.el7.centos.x86_64";

    private Nodes() {}

    public static NodeFacts node(String name, NodeInfo info) {
        return new NodeFacts(name, Map.of(), List.of(), null, null, null, info);
    }

    /** One that is confirmed to run the docker build that always fails. */
    public static NodeFacts broken(String name) {
        return new NodeFacts(name, Map.of(), List.of(), null, BAD_DOCKER, null, EL7_DOCKER);
    }

    public static NodeFacts healthy(String name) {
        return node(name, HEALTHY);
    }

    public static Fleet fleet(NodeFacts... nodes) {
        return Fleet.of(List.of(nodes), Catalogue.builtIn());
    }

    /** A node from YAML in flow style. */
    public static NodeFacts read(String yaml) {
        return NodeList.read(new SourceText("node.yaml", yaml)).get(0);
    }
}
