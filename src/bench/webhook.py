"""What the benchmarks of the running server share."""
import atexit
import contextlib
import datetime
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "target/probe-guard"
PERFORMANCE = ROOT / "src/site/markdown/performance.md"
ARCHIVE_TAKES = 300  # seconds, at most
CHART = ROOT / "charts/probe-guard/values.yaml"
LIVE = {"exec": {"command": ["/bin/sh", "-c", "pg_isready -U app"]}, "periodSeconds": 10, "failureThreshold": 6}
POD = {  # nothing of it is in the review by which probe-guard warms up
    "metadata": {"name": "shop-0", "namespace": "bench", "labels": {"app": "shop", "pod-template-hash": "6b5dc97f4"}},
    "spec": {
        "serviceAccountName": "default", "terminationGracePeriodSeconds": 30, "restartPolicy": "Always",
        "securityContext": {"runAsNonRoot": True, "fsGroup": 999},
        "volumes": [{"name": "data", "emptyDir": {}}, {"name": "config", "configMap": {"name": "shop", "optional": True}}],
        "initContainers": [{"name": "migrate", "image": "example.com/shop/migrate:4.2", "args": ["up"]}],
        "containers": [
            {"name": "database", "image": "example.com/postgres:16.4", "ports": [{"containerPort": 5432}],
             "env": [{"name": f"SETTING_{i}", "value": "value of it"} for i in range(12)],
             "volumeMounts": [{"name": "data", "mountPath": "/var/lib/postgresql/data"}],
             "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
             "livenessProbe": LIVE, "readinessProbe": {**LIVE, "periodSeconds": 5}},
            {"name": "shop", "image": "example.com/shop/server:4.2", "ports": [{"containerPort": 8080}],
             "env": [{"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
             "volumeMounts": [{"name": "config", "mountPath": "/etc/shop"}],
             "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}},
             "readinessProbe": {"exec": {"command": ["/shop", "ready"]}, "timeoutSeconds": 3}}],
        "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute",
                         "tolerationSeconds": 300}]}}
REVIEW = json.dumps({
    "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "8d0cf1d4-6b53-4f0e-9c5e-0a7a3f0c2b11", "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"}, "namespace": "bench", "name": "shop-0",
        "operation": "CREATE", "userInfo": {"username": "system:serviceaccount:kube-system:statefulset-controller"},
        "object": {"apiVersion": "v1", "kind": "Pod", **POD}, "oldObject": None, "dryRun": False}})


class Webhook:
    """A process that answers reviews at https://127.0.0.1:port/path."""

    def __init__(self, name, path, command, environment, port):
        self.name, self.path, self.port = name, path, port
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.process.kill)  # however this ends

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}{self.path}"

    def until_ready(self, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit(f"{self.name} ended with {self.process.returncode}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=1, context=any_certificate())
                connection.request("GET", "/readyz")
                if connection.getresponse().status in (200, 404):  # the reference has no such path
                    return self
            time.sleep(0.02)
        sys.exit(f"{self.name} is not ready after {seconds} s")

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def any_certificate():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def percentile_99(values):
    return sorted(values)[max(0, -(-99 * len(values) // 100) - 1)]


def progress():
    print(".", end="", file=sys.stderr, flush=True)


def certificate(folder):
    """Writes tls.crt, tls.key and ca.crt for 127.0.0.1 into a folder."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/tls.key",
         "-out", f"{folder}/tls.crt"], check=True, stderr=subprocess.DEVNULL)
    shutil.copy(f"{folder}/tls.crt", f"{folder}/ca.crt")


def chart_java_options():
    return re.search(r'^javaOptions: "(.*)"$', CHART.read_text(), re.MULTILINE).group(1)


def make_archive(serve, cache):
    """Starts the training run that the launcher starts with the first serve of a cache, and waits until it is done."""
    serve.until_ready().stop()
    end = time.monotonic() + ARCHIVE_TAKES
    while not [path for path in pathlib.Path(cache, "probe-guard").glob("server-*") if ".lock" not in path.name]:
        if time.monotonic() > end:
            sys.exit(f"no archive after {ARCHIVE_TAKES} s")
        time.sleep(1)


def resident_mb(webhook):
    text = pathlib.Path(f"/proc/{webhook.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", text).group(1)) // 1024


def when_and_where(java_home, rounds):
    """What stands below a table."""
    java = re.search(r'JAVA_VERSION="([^"]+)"', pathlib.Path(java_home, "release").read_text()).group(1)
    times = "measured once" if rounds == 1 else f"medians of {rounds} rounds"
    return (f"{datetime.date.today()}, JDK {java}, {os.cpu_count()} cores, {times}; load average of the last 15 minutes at "
            f"the end: {os.getloadavg()[2]:.1f}.")


def write(page, name, table):
    """Puts a table between the two comments of a page that name the benchmark."""
    text = page.read_text()
    begin = text.index("\n", text.index(f"<!-- {name}:")) + 1
    page.write_text(text[:begin] + table + text[text.index(f"<!-- end of {name} -->"):])
