package io.probeguard.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a Docker Engine answered, served over a Unix socket: recordings, for builds that do not start here. */
public final class DockerSocket implements AutoCloseable {
    private final ServerSocketChannel server;
    private final String version;
    private final String info;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /**
     * @param version answer to GET /version
     * @param info answer to GET /info; sent in chunks, as the engine sends what is long
     */
    public DockerSocket(Path file, String version, String info) throws IOException {
        this.version = version;
        this.info = info;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file));
        Thread thread = new Thread(this::serve, "docker");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                BufferedReader request = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(client), StandardCharsets.US_ASCII));
                String first = request.readLine();
                String header = first;
                while (header != null && !header.isEmpty()) {
                    header = request.readLine();
                }
                asked.add(first);
                client.write(ByteBuffer.wrap(answer(first).getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                // the client went, or this is closed
            }
        }
    }

    /** The first lines of the requests so far. */
    public List<String> asked() {
        return asked;
    }

    private String answer(String request) {
        if (request.startsWith("GET /version ")) {
            return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                    + version.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + version;
        }
        if (request.startsWith("GET /info ")) {
            return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(info.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + info
                    + "\r\n0\r\n\r\n";
        }
        return "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
