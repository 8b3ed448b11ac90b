package io.probeguard;

import io.probeguard.chart.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an API server presents to the webhooks, as an AdmissionConfiguration says. It reads that when it starts. */
public record AdmissionCredentials(Path folder) {
    /** Writes the configuration, with credentials that nobody accepts, and returns the flag that names it. */
    public String flag() throws IOException {
        present(443, "token: none");
        Path configuration = Files.writeString(folder.resolve("admission.yaml"), """
                apiVersion: apiserver.config.k8s.io/v1
                kind: AdmissionConfiguration
                plugins:
                - name: MutatingAdmissionWebhook
                  configuration: &webhooks
                    apiVersion: apiserver.config.k8s.io/v1
                    kind: WebhookAdmissionConfiguration
                    kubeConfigFile: %s
                - name: ValidatingAdmissionWebhook
                  configuration: *webhooks
                """.formatted(kubeconfig()));
        return "--admission-control-config-file=" + configuration;
    }

    private Path kubeconfig() {
        return folder.resolve("webhooks.kubeconfig");
    }

    /** @param credentials fields of a kubeconfig's user, for the Service of the chart at this port */
    public void present(int servicePort, String credentials) throws IOException {
        String host = "probe-guard." + Installation.NAMESPACE + ".svc" + (servicePort == 443 ? "" : ":" + servicePort);
        Files.writeString(kubeconfig(), """
                apiVersion: v1
                kind: Config
                users:
                - name: "%s"
                  user: {%s}
                """.formatted(host, credentials));
    }
}
