package io.probeguard.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What went wrong with a request to the API server, in one line that people can act on. */
public final class ApiFailures {
    private ApiFailures() {}

    /** The client's own message, unless there was no answer: then it says little, and its cause more. */
    public static String message(Throwable e) {
        boolean isUnanswered = e instanceof KubernetesClientException failure && failure.getCode() <= 0;
        return isUnanswered ? "no answer from the API server: " + unreachable(e) : firstLine(e);
    }

    /** Why there was no answer, in well-known words; Java's network exceptions often have no message. */
    public static String unreachable(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "no such host";
            }
            if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
                return "timed out";
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

    /** The first line of its message; empty if there is none. */
    public static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
