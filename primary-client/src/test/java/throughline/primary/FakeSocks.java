package throughline.primary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/** A SOCKS 5 proxy by hand (RFC 1928, RFC 1929): reads what is asked, and leaves the answers to the test. */
final class FakeSocks {
    static final String SUCCEEDED = "\u0005\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000";

    private final Wire wire;
    private final DataInputStream in;

    FakeSocks(Wire wire) throws IOException {
        this.wire = wire;
        this.in = new DataInputStream(wire.socket().getInputStream());
    }

    /** The offered methods, a digit each. */
    String methods() throws IOException {
        expect(5);
        StringBuilder methods = new StringBuilder();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            methods.append(in.readUnsignedByte());
        }
        return methods.toString();
    }

    String account() throws IOException {
        expect(1);
        return field() + ":" + field();
    }

    /** Kind of address, address and port that are asked for. */
    String target() throws IOException {
        expect(5);
        expect(1);
        expect(0);
        int kind = in.readUnsignedByte();
        String host =
                switch (kind) {
                    case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
                    case 3 -> field();
                    case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
                    default -> throw new IOException("address of kind " + kind);
                };
        return kind + " " + host + " " + in.readUnsignedShort();
    }

    void send(int... bytes) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int one : bytes) {
            text.append((char) one);
        }
        wire.send(text.toString());
    }

    /** Lets everybody through who knows the account, if there is one; returns what was asked for. */
    String serve(Optional<String> account) throws IOException {
        String methods = methods();
        if (account.isPresent()) {
            if (!methods.contains("2")) {
                send(5, 255);
                throw new IOException("no method");
            }
            send(5, 2);
            boolean known = account().equals(account.get());
            send(1, known ? 0 : 1);
            if (!known) {
                throw new IOException("no such account");
            }
        } else {
            send(5, 0);
        }
        String target = target();
        wire.send(SUCCEEDED);
        return target;
    }

    private String field() throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), ISO_8859_1);
    }

    private void expect(int value) throws IOException {
        int got = in.read();
        if (got != value) {
            throw new IOException("got " + got + ", not " + value);
        }
    }
}
