package io.probeguard.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What went wrong with the API server, in a line that people can act on. */
public final class ApiFailures {
    private ApiFailures() {}

    /** What is to be said of it; the client's own message says little where there was no answer. */
    public static String message(Throwable e) {
        boolean isUnanswered = e instanceof KubernetesClientException failure && failure.getCode() <= 0;
        return isUnanswered ? "no answer from the API server: " + unreachable(e) : firstLine(e);
    }

    /** The first cause that is one people know; Java's network exceptions often have no message. */
    public static String unreachable(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "no such host";
            }
            if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
                return "no answer in time";
            }
            if (cause instanceof ConnectException && !(cause.getCause() instanceof ConnectException)) {
                return cause.getCause() instanceof UnresolvedAddressException ? "no such host" : "connection refused";
            }
            if (cause instanceof SSLException) {
                return "TLS: " + firstLine(cause);
            }
        }
        return firstLine(e);
    }

    /** Of its message. */
    public static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
