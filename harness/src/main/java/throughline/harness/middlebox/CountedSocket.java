package throughline.harness.middlebox;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A socket that counts what goes over the wire, also when TLS is layered over it, and that can bound the time of a whole
 * conversation: a time-out per read would let a peer drip one byte at a time for ever. It is a channel underneath, so that a
 * {@link Forwarder} can go on with it.
 */
final class CountedSocket extends Socket {
    private final SocketChannel channel;
    private final Socket socket;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private volatile Optional<Long> readUntil = Optional.empty();
    private volatile Optional<Gates> gates = Optional.empty();
    private volatile Optional<RecordInput> ahead = Optional.empty();
    private volatile ByteArrayInputStream unread = new ByteArrayInputStream(new byte[0]);

    /** Takes the channel over, in blocking mode. */
    CountedSocket(SocketChannel channel) {
        this.channel = channel;
        this.socket = channel.socket();
    }

    /** Not connected. */
    static CountedSocket open() throws IOException {
        return new CountedSocket(SocketChannel.open());
    }

    SocketChannel channel() {
        return channel;
    }

    /** Bytes read so far. */
    long received() {
        return received.get();
    }

    /** Bytes written so far. */
    long sent() {
        return sent.get();
    }

    void countReceived(long bytes) {
        received.addAndGet(bytes);
    }

    void countSent(long bytes) {
        sent.addAndGet(bytes);
    }

    /** All reads from now on must be over within this time together; the one that is not throws {@link SocketTimeoutException}. */
    void limitReading(Duration limit) {
        readUntil = Optional.of(System.nanoTime() + limit.toNanos());
    }

    /** Reads may take for ever again. */
    void unlimitReading() throws IOException {
        readUntil = Optional.empty();
        setSoTimeout(0);
    }

    /** Lets these bytes, which were read and are not counted again, be read once more before what is still to come. */
    void unread(byte[] bytes) {
        unread = new ByteArrayInputStream(bytes);
    }

    /** What {@link #unread} has left; it is not read again. */
    byte[] takeUnread() {
        return unread.readAllBytes();
    }

    /** From now on everything that is read and written goes through these. */
    void putBehind(Gates faulty) {
        gates = Optional.of(faulty);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        if (ahead.isPresent()) {
            return ahead.get();
        }
        InputStream counted = new CountedInput(socket.getInputStream());
        return gates.map(faulty -> faulty.fromClient(counted)).orElse(counted);
    }

    /**
     * From now on one TLS session is all that reads, and may find more read than it asked for. Where a fault on the wire
     * counts bytes they are read as they are asked for.
     */
    void readAhead() throws IOException {
        if (gates.isEmpty()) {
            ahead = Optional.of(new RecordInput(getInputStream()));
        }
    }

    /** Whether content is here that the session has not begun to read. */
    boolean contentWaiting() {
        return ahead.map(RecordInput::contentWaiting).orElse(false);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream counted = new CountedOutput(socket.getOutputStream());
        return gates.map(faulty -> faulty.toClient(counted)).orElse(counted);
    }

    private void applyLimit() throws IOException {
        Optional<Long> until = readUntil;
        if (until.isPresent()) {
            long left = (until.get() - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("the time for it is over");
            }
            setSoTimeout((int) left);
        }
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        socket.connect(address, timeout);
    }

    @Override
    public InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return socket.getLocalAddress();
    }

    @Override
    public int getPort() {
        return socket.getPort();
    }

    @Override
    public int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return socket.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        socket.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return socket.getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        socket.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return socket.getSoLinger();
    }

    @Override
    public synchronized void setSoTimeout(int milliseconds) throws SocketException {
        socket.setSoTimeout(milliseconds);
    }

    @Override
    public synchronized int getSoTimeout() throws SocketException {
        return socket.getSoTimeout();
    }

    @Override
    public void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isBound() {
        return socket.isBound();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return socket.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return socket.isOutputShutdown();
    }

    // Not synchronized, as the overridden one is: whoever cuts a connection must not wait for anybody.
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    private final class CountedInput extends FilterInputStream {
        CountedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (unread.available() > 0) {
                return unread.read(bytes, offset, length);
            }
            applyLimit();
            int count = in.read(bytes, offset, length);
            received.addAndGet(Math.max(count, 0));
            return count;
        }

        @Override
        public int available() throws IOException {
            return unread.available() + in.available();
        }

        @Override
        public long skip(long count) throws IOException {
            return Math.max(read(new byte[(int) Math.min(count, 8192)]), 0);
        }
    }

    private final class CountedOutput extends FilterOutputStream {
        CountedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            sent.addAndGet(length);
        }
    }
}
