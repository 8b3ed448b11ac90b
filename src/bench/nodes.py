"""Nodes as kubelets of a cloud report them, of some 13 kB each."""
import json
import time

IMAGES = [{"names": [f"registry.example.com/team-{i}/service@sha256:{i:064x}", f"registry.example.com/team-{i}/service:1.2.{i}"],
           "sizeBytes": 123456789 + i} for i in range(50)]
CONDITIONS = [{"type": kind, "status": status, "reason": "Kubelet" + kind, "message": f"kubelet has said that {kind} is {status}",
               "lastHeartbeatTime": "%(time)s", "lastTransitionTime": "2026-01-05T10:00:00Z"}
              for kind, status in (("MemoryPressure", "False"), ("DiskPressure", "False"), ("PIDPressure", "False"),
                                   ("Ready", "True"))]
NODE = json.dumps({
    "apiVersion": "v1", "kind": "Node", "metadata": {
        "name": "ip-10-%(high)d-%(low)d.eu-west-1.compute.internal", "uid": "6f1c0b9e-0000-4000-8000-%(index)012d",
        "resourceVersion": "%(version)d", "creationTimestamp": "2026-01-05T10:00:00Z",
        "labels": {
            "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/instance-type": "m5.2xlarge",
            "beta.kubernetes.io/os": "linux", "eks.amazonaws.com/capacityType": "ON_DEMAND",
            "eks.amazonaws.com/nodegroup": "workers-%(pool)d", "eks.amazonaws.com/nodegroup-image": "ami-0f9c8d7b5a4e3d2c1",
            "failure-domain.beta.kubernetes.io/region": "eu-west-1",
            "failure-domain.beta.kubernetes.io/zone": "eu-west-1%(zone)s", "k8s.io/cloud-provider-aws": "%(index)032x",
            "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": "ip-10-%(high)d-%(low)d.eu-west-1.compute.internal",
            "kubernetes.io/os": "linux", "node.kubernetes.io/instance-type": "m5.2xlarge",
            "topology.ebs.csi.aws.com/zone": "eu-west-1%(zone)s", "topology.kubernetes.io/region": "eu-west-1",
            "topology.kubernetes.io/zone": "eu-west-1%(zone)s", "pool": "pool-%(pool)d", "%(label)s": "%(value)s"},
        "annotations": {"csi.volume.kubernetes.io/nodeid": "{\"ebs.csi.aws.com\":\"i-%(index)017x\"}",
                        "node.alpha.kubernetes.io/ttl": "300", "volumes.kubernetes.io/controller-managed-attach-detach": "true"},
        "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1", "time": "%(time)s",
                           "fieldsType": "FieldsV1", "subresource": "status", "fieldsV1": {"f:status": {"f:conditions": {
                               f"k:{{\"type\":\"{each['type']}\"}}": {"f:lastHeartbeatTime": {}, "f:message": {}, "f:status": {}}
                               for each in CONDITIONS}, "f:images": {}, "f:nodeInfo": {}}}}]},
    "spec": {"providerID": "aws:///eu-west-1%(zone)s/i-%(index)017x", "taints": [
        {"key": "dedicated", "value": "pool-%(pool)d", "effect": "%(effect)s"}]},
    "status": {
        "capacity": {"cpu": "8", "memory": "32000000Ki", "pods": "110"}, "conditions": CONDITIONS,
        "allocatable": {"cpu": "7910m", "memory": "31000000Ki", "pods": "110"},
        "addresses": [{"type": "InternalIP", "address": "10.0.%(high)d.%(low)d"}], "images": IMAGES,
        "nodeInfo": {"architecture": "amd64", "containerRuntimeVersion": "containerd://1.7.27", "kernelVersion": "6.1.141-155.222.amzn2023.x86_64",
                     "kubeletVersion": "v1.32.3-eks-473151a", "operatingSystem": "linux", "bootID": "%(index)036x",
                     "osImage": "Amazon Linux 2023.7.20250609", "machineID": "%(index)032x"}}})


def node(index, version=1, effect="PreferNoSchedule"):
    return NODE % {"index": index, "high": index // 256, "low": index % 256, "version": version, "pool": index % 40,
                   "zone": "abc"[index % 3], "effect": effect,
                   "label": "example.com/rack" if index % 100 else "probe-guard.io/exec",
                   "value": "r1" if index % 100 else "broken",
                   "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
