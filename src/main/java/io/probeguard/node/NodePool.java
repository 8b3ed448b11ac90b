package io.probeguard.node;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** To which pool of alike nodes a node belongs: Kubernetes has no label for that, but whoever creates the nodes has one. */
public final class NodePool {
    /** Those by a provisioner first: EKS gives its nodes labels of its own, too. */
    private static final List<String> LABELS = List.of(
            "karpenter.sh/nodepool", // https://karpenter.sh/docs/concepts/scheduling/#labels
            "karpenter.sh/provisioner-name", // before Karpenter 0.32,
            // https://karpenter.sh/docs/upgrading/v1beta1-migration/
            // https://github.com/kubernetes/autoscaler, cluster-autoscaler/processors/nodegroupset/aws_nodegroups.go
            "eks.amazonaws.com/nodegroup",
            "alpha.eksctl.io/nodegroup-name",
            "cloud.google.com/gke-nodepool", // https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools
            "kubernetes.azure.com/agentpool", // https://learn.microsoft.com/azure/aks/use-labels
            "agentpool", // older nodes of AKS: the same folder of the autoscaler, azure_nodegroups.go
            "doks.digitalocean.com/node-pool", // https://docs.digitalocean.com/products/kubernetes/details/managed/
            "kops.k8s.io/instancegroup"); // https://github.com/kubernetes/kops, pkg/apis/kops/instancegroup.go

    private NodePool() {}

    /** The name of the pool; null where no label tells it. */
    public static @Nullable String of(Map<String, String> labels) {
        return LABELS.stream()
                .map(labels::get)
                .filter(Objects::nonNull)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse(null);
    }
}
