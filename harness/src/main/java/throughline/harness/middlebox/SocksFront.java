package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.util.Optional;
import throughline.harness.middlebox.Adversity.Step;
import throughline.protocol.Excerpt;

/** The conversation before a SOCKS tunnel: method, account, request (RFC 1928 and RFC 1929). */
final class SocksFront {
    static final int SUCCEEDED = 0;
    static final int NOT_ALLOWED = 2;
    static final int NETWORK_UNREACHABLE = 3;
    static final int HOST_UNREACHABLE = 4;
    static final int CONNECTION_REFUSED = 5;
    private static final int COMMAND_NOT_SUPPORTED = 7;
    private static final int ADDRESS_TYPE_NOT_SUPPORTED = 8;

    private static final int VERSION = 5;
    private static final int ANYBODY = 0;
    private static final int ACCOUNT = 2;
    private static final int NO_METHOD = 0xff;

    private final Crossing crossing;
    private final DataInputStream in;
    private final OutputStream out;
    private final Optional<ProxyAccount> credentials;

    SocksFront(Crossing crossing, Optional<ProxyAccount> credentials) throws IOException {
        this.crossing = crossing;
        this.in = new DataInputStream(crossing.clientInput());
        this.out = crossing.clientOutput();
        this.credentials = credentials;
    }

    /**
     * Where the client wants to be connected to; absent when it has been refused.
     *
     * @throws EOFException when it left before it had said so
     */
    Optional<Destination> admit() throws IOException {
        crossing.client().limitReading(crossing.patience());
        try {
            return converse();
        } catch (EOFException left) {
            throw new EOFException("the client left before its SOCKS request was complete");
        }
    }

    private Optional<Destination> converse() throws IOException {
        if (!agreeOnMethod() || !accountIsKnown()) {
            return Optional.empty();
        }
        requireVersion(VERSION, in.readUnsignedByte());
        int command = in.readUnsignedByte();
        in.readUnsignedByte();
        Optional<String> host = host(in.readUnsignedByte());
        if (host.isEmpty()) {
            refuse(ADDRESS_TYPE_NOT_SUPPORTED, "an address of an unknown type");
            return Optional.empty();
        }
        Destination target = new Destination(host.get(), in.readUnsignedShort());
        if (!Destination.isHost(target.host())) {
            refuse(HOST_UNREACHABLE, "\"" + Excerpt.of(target.host()) + "\" is no host name");
            return Optional.empty();
        }
        crossing.target(target);
        if (command != 1) {
            refuse(COMMAND_NOT_SUPPORTED, "command " + command + " is not CONNECT");
            return Optional.empty();
        }
        if (crossing.stallsAt(Step.CONNECT)) {
            crossing.refuse("adversity " + new Adversity.Stall(Step.CONNECT));
            crossing.client().unlimitReading();
            in.transferTo(OutputStream.nullOutputStream());
            return Optional.empty();
        }
        return Optional.of(target);
    }

    /** From here on the connection is the tunnel. */
    void agree() throws IOException {
        reply(SUCCEEDED);
    }

    /** Replies with this code (RFC 1928, 6) and ends the conversation. */
    void refuse(int code, String why) throws IOException {
        crossing.refuse("SOCKS reply " + code + ": " + why);
        reply(code);
        crossing.sayFarewell();
    }

    /** The reply for a replica that could not be connected to. The types of Java's exceptions do not tell all of them apart. */
    static int replyTo(IOException failed) {
        String said = String.valueOf(failed.getMessage());
        if (failed instanceof ConnectException && !said.contains("timed out")) {
            return CONNECTION_REFUSED;
        }
        return said.contains("Network is unreachable") ? NETWORK_UNREACHABLE : HOST_UNREACHABLE;
    }

    private boolean wantsAccount() {
        return credentials.isPresent()
                || crossing.adversity(Adversity.DemandAuthentication.class).isPresent();
    }

    private boolean agreeOnMethod() throws IOException {
        requireVersion(VERSION, in.readUnsignedByte());
        byte[] offered = exactly(in.readUnsignedByte());
        int wanted = wantsAccount() ? ACCOUNT : ANYBODY;
        if (new String(offered, ISO_8859_1).indexOf(wanted) >= 0) {
            out.write(new byte[] {VERSION, (byte) wanted});
            return true;
        }
        crossing.refuse(
                wanted == ACCOUNT
                        ? "the client offers no user name and password, which this proxy wants"
                        : "the client offers no method without a login");
        out.write(new byte[] {VERSION, (byte) NO_METHOD});
        crossing.sayFarewell();
        return false;
    }

    private boolean accountIsKnown() throws IOException {
        if (!wantsAccount()) {
            return true;
        }
        requireVersion(1, in.readUnsignedByte());
        String user = new String(exactly(in.readUnsignedByte()), UTF_8);
        String password = new String(exactly(in.readUnsignedByte()), UTF_8);
        boolean known = crossing.adversity(Adversity.DemandAuthentication.class).isEmpty()
                && credentials.filter(pair -> pair.matches(user, password)).isPresent();
        if (!known) {
            crossing.refuse("This proxy does not know these credentials.");
        }
        out.write(new byte[] {1, (byte) (known ? 0 : 1)});
        if (!known) {
            crossing.sayFarewell();
        }
        return known;
    }

    private Optional<String> host(int type) throws IOException {
        return switch (type) {
            case 1 -> Optional.of(InetAddress.getByAddress(exactly(4)).getHostAddress());
            case 3 -> Optional.of(new String(exactly(in.readUnsignedByte()), ISO_8859_1));
            case 4 -> Optional.of(InetAddress.getByAddress(exactly(16)).getHostAddress());
            default -> Optional.empty();
        };
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private void reply(int code) throws IOException {
        // The bound address, which is nobody's business.
        out.write(new byte[] {VERSION, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
    }

    private void requireVersion(int wanted, int seen) throws IOException {
        if (seen != wanted) {
            crossing.part();
            throw new IOException("the client began with " + Excerpt.of("byte " + seen) + "; accepted is " + wanted);
        }
    }
}
