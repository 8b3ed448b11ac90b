package io.probeguard.server;

import java.util.List;

/** The names by which clients may call the server: its Service, and the machine that it runs on. */
public final class ServiceNames {
    private ServiceNames() {}

    public static List<String> of(String service, String namespace) {
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
