package throughline.benchmarks.paired;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Several streams from a file to a server that counts bytes and answers each stream with one byte when it has all. The file
 * goes by sendfile(2), so that most of what is measured is what stands between.
 */
final class Traffic implements AutoCloseable {
    private static final int STREAMS = 4;
    private static final int PIECE = 256 << 10;
    private static final long LONGEST_SECONDS = 120;

    private final ServerSocketChannel server;
    private final LinkedBlockingQueue<Long> counted = new LinkedBlockingQueue<>();

    Traffic() throws IOException {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** How many seconds it takes until the server has all of them. */
    double through(int box, boolean byConnect, Path file) throws Exception {
        long begin = System.nanoTime();
        List<FutureTask<Long>> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(beside(() -> send(box, byConnect, file)));
        }
        long sent = 0;
        for (FutureTask<Long> stream : streams) {
            sent += stream.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        }
        long arrived = 0;
        for (int i = 0; i < STREAMS; i++) {
            Long count = counted.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
            if (count == null) {
                throw new Refusal("a stream has not arrived.");
            }
            arrived += count;
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (arrived != sent) {
            throw new Refusal(sent + " bytes were sent and " + arrived + " arrived.");
        }
        return seconds;
    }

    /** A connection through the box that carries nothing. */
    SocketChannel enter(int box, boolean byConnect) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), box));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (byConnect) {
            String target = "127.0.0.1:" + port();
            channel.write(StandardCharsets.US_ASCII.encode(
                    "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n"));
            String head = head(channel);
            if (!head.matches("(?s)HTTP/1\\.\\d 200 .*")) {
                throw new Refusal("CONNECT was answered with " + head.strip());
            }
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private long send(int box, boolean byConnect, Path file) throws IOException {
        try (SocketChannel channel = enter(box, byConnect);
                FileChannel content = FileChannel.open(file)) {
            // Said first, as tinyproxy takes the end of one direction for that of both.
            channel.write(
                    ByteBuffer.allocate(Long.BYTES).putLong(content.size()).flip());
            long sent = 0;
            for (long size = content.size(); sent < size; ) {
                sent += content.transferTo(sent, size - sent, channel);
            }
            if (channel.read(ByteBuffer.allocate(1)) != 1) {
                throw new IOException("cut before the answer");
            }
            return sent;
        }
    }

    private static String head(SocketChannel channel) throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n") < 0) {
            if (channel.read(one.clear()) < 0) {
                throw new IOException("no answer to CONNECT, only " + head);
            }
            head.append((char) one.get(0));
        }
        return head.toString();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel accepted = server.accept();
                start(() -> count(accepted));
            }
        } catch (IOException closed) {
            // By close().
        }
    }

    private void count(SocketChannel channel) {
        long count = 0;
        try (channel) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            long size = size(channel);
            int got = 0;
            for (; count < size && got >= 0; count += Math.max(0, got)) {
                got = channel.read(piece.clear());
            }
            if (size > 0) {
                counted.add(count);
                channel.write(ByteBuffer.wrap(new byte[] {1}));
            }
        } catch (IOException cut) {
            // Then the sender knows.
        }
    }

    /** 0 for a connection that ends before it says so. */
    private static long size(SocketChannel channel) throws IOException {
        ByteBuffer size = ByteBuffer.allocate(Long.BYTES);
        while (size.hasRemaining()) {
            if (channel.read(size) < 0) {
                return 0;
            }
        }
        return size.getLong(0);
    }

    private static FutureTask<Long> beside(Callable<Long> work) {
        FutureTask<Long> task = new FutureTask<>(work);
        start(task);
        return task;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "traffic");
        thread.setDaemon(true);
        thread.start();
    }
}
