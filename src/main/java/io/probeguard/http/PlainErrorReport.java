package io.probeguard.http;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Errors of requests that reach none of our servlets: in plain text, as all others are, and without Tomcat's page. */
public final class PlainErrorReport extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        AtomicBoolean isOpen = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, isOpen);
        if (response.getStatus() < 400
                || response.getContentWritten() > 0
                || !response.setErrorReported()
                || !isOpen.get()) {
            return;
        }
        HttpStatus status = HttpStatus.resolve(response.getStatus());
        try {
            response.setContentType("text/plain");
            PrintWriter writer = response.getReporter();
            if (writer != null) {
                writer.println(response.getStatus() + (status == null ? "" : " " + status.getReasonPhrase()));
                response.finishResponse();
            }
        } catch (IOException e) {
            return; // the caller has gone
        }
    }
}
