package io.probeguard.cli;

import java.util.List;

/** The names by which clients may call the server: its Service, and the machine that it runs on. */
final class ServiceNames {
    private ServiceNames() {}

    static List<String> of(String service, String namespace) {
        String inNamespace = service + "." + namespace;
        return List.of(
                service,
                inNamespace,
                inNamespace + ".svc",
                inNamespace + ".svc.cluster.local",
                "localhost",
                "127.0.0.1",
                "::1");
    }
}
