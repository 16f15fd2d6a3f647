package throughline.primary.dial;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket that stands for another one, which can be exchanged while dialling: a proxy may close after 407, and a closed
 * {@link Socket} cannot be connected again. Overrides every method of a socket: one that was left out would silently open
 * a second, unconnected one in here and leak it (JSSE asks for SO_LINGER when it closes).
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // close() must get through while another thread reads
abstract class DelegatingSocket extends Socket {
    /** What is closed: the lowest socket of those that are layered. */
    private volatile Socket lowest;

    private volatile Socket actual;
    private int timeout;
    private volatile boolean closed;

    DelegatingSocket() {
        this(unproxied());
    }

    DelegatingSocket(Socket actual) {
        this.lowest = actual;
        this.actual = actual;
    }

    /** Others obey what the JVM is told of SOCKS ({@code socksProxyHost}): the way is the settings' business alone. */
    static Socket unproxied() {
        return new Socket(Proxy.NO_PROXY);
    }

    Socket actual() {
        return actual;
    }

    /**
     * From now on it stands for one that is layered over the one so far. Closing still closes the lowest, at once: TLS in
     * between would wait for a thread that is writing.
     */
    void layer(Socket above) {
        actual = above;
    }

    /** Replaces the socket by a fresh one; ends the old one. */
    Socket renew() throws IOException {
        Socket fresh = unproxied();
        replace(fresh);
        return fresh;
    }

    /** Ends the socket so far, and stands for this one from now on. */
    void replace(Socket fresh) throws IOException {
        lowest.close();
        synchronized (this) {
            if (!closed) {
                lowest = fresh;
                actual = fresh;
                return;
            }
        }
        fresh.close();
        throw new SocketException("Socket closed");
    }

    /** The read time limit that the owner set, in milliseconds; kept over {@link #renew}. */
    int timeout() {
        return timeout;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
        }
        lowest.close();
    }

    @Override
    public boolean isClosed() {
        return closed || lowest.isClosed() || actual.isClosed();
    }

    /** Whether the owner has closed it. From JDK 24 on, an actual socket is also closed when it could not be connected. */
    boolean givenUp() {
        return closed;
    }

    @Override
    public boolean isConnected() {
        return actual.isConnected();
    }

    @Override
    public boolean isBound() {
        return actual.isBound();
    }

    @Override
    public boolean isInputShutdown() {
        return actual.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return actual.isOutputShutdown();
    }

    @Override
    public void shutdownInput() throws IOException {
        actual.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        actual.shutdownOutput();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return actual.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return actual.getOutputStream();
    }

    @Override
    public void setSoTimeout(int milliseconds) throws SocketException {
        timeout = milliseconds;
        actual.setSoTimeout(milliseconds);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return actual.getSoTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        actual.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return actual.getTcpNoDelay();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        actual.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return actual.getKeepAlive();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        actual.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return actual.getSoLinger();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        actual.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return actual.getReuseAddress();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        actual.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return actual.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        actual.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return actual.getReceiveBufferSize();
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        actual.setTrafficClass(trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return actual.getTrafficClass();
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        actual.setOOBInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return actual.getOOBInline();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        actual.sendUrgentData(data);
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        actual.setOption(name, value);
        return this;
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
        return actual.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return actual.supportedOptions();
    }

    @Override
    public void bind(@Nullable SocketAddress address) throws IOException {
        actual.bind(address);
    }

    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return actual.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return actual.getLocalAddress();
    }

    @Override
    public int getPort() {
        return actual.getPort();
    }

    @Override
    public int getLocalPort() {
        return actual.getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return actual.getRemoteSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return actual.getLocalSocketAddress();
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    @Override
    public void connect(SocketAddress address, int milliseconds) throws IOException {
        if (!(address instanceof InetSocketAddress target)) {
            throw new IllegalArgumentException("address " + address + "; an internet address is accepted");
        }
        dial(target);
    }

    /** Connects to the target by whatever way leads there. The time limits are the dialler's own. */
    abstract void dial(InetSocketAddress target) throws IOException;
}
