package io.probeguard.http;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Constants;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 that closes connections whose TLS handshake, or whose request's head, has not arrived after a while. Tomcat's
 * own timeouts are for the next byte, and so never end for a client that sends one now and then.
 */
public final class DeadlineProtocol extends Http11NioProtocol {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Since when each connection that has neither was seen so, by {@link System#nanoTime()}. */
    private Map<SocketWrapperBase<NioChannel>, Long> unfinished = new HashMap<>();

    private @Nullable ScheduledFuture<?> watch;

    @Override
    public void start() throws Exception {
        super.start();
        watch = getUtilityExecutor().scheduleWithFixedDelay(this::closeLate, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (watch != null) {
            watch.cancel(false);
        }
        super.stop();
    }

    private void closeLate() {
        long now = System.nanoTime();
        Map<SocketWrapperBase<NioChannel>, Long> still = new HashMap<>();
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            if (isUnfinished(connection)) {
                Long since = unfinished.getOrDefault(connection, now);
                if (now - since > PATIENCE_NANOS) {
                    getEndpoint().processSocket(connection, SocketEvent.ERROR, /* dispatch= */ true);
                } else {
                    still.put(connection, since);
                }
            }
        }
        unfinished = still;
    }

    private static boolean isUnfinished(SocketWrapperBase<NioChannel> connection) {
        if (!connection.getSocket().isHandshakeComplete()) {
            return true;
        }
        // Between requests it has no processor, so that this one has begun to read a request.
        return connection.getCurrentProcessor() instanceof Processor processor
                && processor.getRequest().getRequestProcessor().getStage() == Constants.STAGE_PARSE;
    }
}
