package io.probeguard.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** On every answer of every port: that it is what its Content-Type says, and is kept nowhere. */
final class ResponseHeaders extends ValveBase {
    ResponseHeaders() {
        super(/* asyncSupported= */ true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "no-store");
        getNext().invoke(request, response);
    }
}
