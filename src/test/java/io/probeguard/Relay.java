package io.probeguard;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/**
 * What kube-proxy is to a Service: a port of the loopback interface, from which each new connection leads to the next of
 * some other ports. It can stall, like a network that loses all packets and lets nobody know.
 */
public final class Relay implements AutoCloseable {
    private final Supplier<List<Integer>> targets;
    private final ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    private final Object gate = new Object();
    private boolean stalled;

    /** @param targets the ports of now; while there are none, connections are closed at once */
    public Relay(Supplier<List<Integer>> targets) throws IOException {
        this.targets = targets;
        daemon("relay", this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** From now on nothing passes, until {@link #resume}. */
    public void stall() {
        synchronized (gate) {
            stalled = true;
        }
    }

    public void resume() {
        synchronized (gate) {
            stalled = false;
            gate.notifyAll();
        }
    }

    private void pass() throws InterruptedException {
        synchronized (gate) {
            while (stalled) {
                gate.wait();
            }
        }
    }

    private void accept() {
        for (int turn = 0; !server.isClosed(); turn++) {
            try {
                relay(server.accept(), turn);
            } catch (IOException e) {
                // closed, or the caller disconnected
            }
        }
    }

    private void relay(Socket caller, int turn) throws IOException {
        List<Integer> now = targets.get();
        try {
            Socket target = new Socket(InetAddress.getLoopbackAddress(), now.get(turn % now.size()));
            pump(caller, target);
            pump(target, caller);
        } catch (IOException | ArithmeticException e) { // refused, or no target at all
            caller.close();
        }
    }

    private void pump(Socket from, Socket to) {
        daemon("pump", () -> {
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                byte[] bytes = new byte[1 << 16];
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                    pass();
                    out.write(bytes, 0, length);
                }
            } catch (IOException e) {
                // one side closed
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
