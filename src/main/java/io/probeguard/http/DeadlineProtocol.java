package io.probeguard.http;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Constants;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 that closes connections whose TLS handshake, or whose request's head, has not arrived after a while. Tomcat's
 * own timeouts are for the next byte, and so never end for a client that sends one now and then. Where connections become
 * scarce, it has less patience, and closes the idle ones that were used least recently.
 */
public final class DeadlineProtocol extends Http11NioProtocol {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LITTLE_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_MILLIS = 1000;

    /** Since when each connection that has neither was seen so, by {@link System#nanoTime()}. */
    private Map<SocketWrapperBase<NioChannel>, Long> unfinished = new HashMap<>();

    private @Nullable ScheduledFuture<?> watch;

    @Override
    public void start() throws Exception {
        super.start();
        watch = getUtilityExecutor().scheduleWithFixedDelay(this::review, 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (watch != null) {
            watch.cancel(false);
        }
        super.stop();
    }

    private void review() {
        Collection<SocketWrapperBase<NioChannel>> connections = getEndpoint().getConnections();
        int surplus = connections.size() - getMaxConnections() / 4 * 3;
        int closed = closeUnfinished(connections, surplus > 0 ? LITTLE_PATIENCE_NANOS : PATIENCE_NANOS);
        if (surplus > closed) {
            closeIdle(connections, surplus - closed);
        }
    }

    private int closeUnfinished(Collection<SocketWrapperBase<NioChannel>> connections, long patience) {
        long now = System.nanoTime();
        Map<SocketWrapperBase<NioChannel>, Long> still = new HashMap<>();
        int closed = 0;
        for (SocketWrapperBase<NioChannel> connection : connections) {
            if (isUnfinished(connection)) {
                Long since = unfinished.getOrDefault(connection, now);
                if (now - since > patience) {
                    close(connection);
                    closed++;
                } else {
                    still.put(connection, since);
                }
            }
        }
        unfinished = still;
        return closed;
    }

    /** Not those of a client that is calling all the time, whose next request may be on its way. */
    private void closeIdle(Collection<SocketWrapperBase<NioChannel>> connections, int most) {
        long recently = System.currentTimeMillis() - IDLE_MILLIS;
        connections.stream()
                .filter(each -> isIdle(each) && lastRead(each) < recently)
                .sorted(Comparator.comparingLong(DeadlineProtocol::lastRead))
                .limit(most)
                .forEach(this::close);
    }

    private static long lastRead(SocketWrapperBase<NioChannel> connection) {
        return ((NioSocketWrapper) connection).getLastRead();
    }

    /** As Tomcat does at its own timeouts. */
    private void close(SocketWrapperBase<NioChannel> connection) {
        getEndpoint().processSocket(connection, SocketEvent.ERROR, /* dispatch= */ true);
    }

    private static boolean isUnfinished(SocketWrapperBase<NioChannel> connection) {
        return !connection.getSocket().isHandshakeComplete()
                || (connection.getCurrentProcessor() instanceof Processor processor
                        && processor.getRequest().getRequestProcessor().getStage() == Constants.STAGE_PARSE);
    }

    /** Between requests a connection has no processor. */
    private static boolean isIdle(SocketWrapperBase<NioChannel> connection) {
        return connection.getSocket().isHandshakeComplete() && connection.getCurrentProcessor() == null;
    }
}
