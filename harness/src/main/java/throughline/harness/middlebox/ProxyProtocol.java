package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The PROXY protocol of HAProxy: a header before the first byte that says where a passed connection came from. */
public enum ProxyProtocol {
    /** A line of text (section 2.1). */
    V1 {
        @Override
        byte[] header(InetSocketAddress client, InetSocketAddress box) {
            String family = bothIpv4(client, box) ? "TCP4" : "TCP6";
            return ("PROXY " + family + " " + text(client) + " " + text(box) + " " + client.getPort() + " "
                            + box.getPort() + "\r\n")
                    .getBytes(US_ASCII);
        }
    },

    /** Binary (section 2.2): twelve fixed bytes, version and command, family, length, addresses and ports. */
    V2 {
        @Override
        byte[] header(InetSocketAddress client, InetSocketAddress box) {
            byte[] from = client.getAddress().getAddress();
            byte[] to = box.getAddress().getAddress();
            int length = from.length + to.length + 4;
            return ByteBuffer.allocate(SIGNATURE.length + 4 + length)
                    .put(SIGNATURE)
                    .put((byte) 0x21)
                    .put((byte) (bothIpv4(client, box) ? 0x11 : 0x21))
                    .putShort((short) length)
                    .put(from)
                    .put(to)
                    .putShort((short) client.getPort())
                    .putShort((short) box.getPort())
                    .array();
        }
    };

    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    /**
     * What goes before the client's first byte.
     *
     * @param box the address that the client connected to
     */
    abstract byte[] header(InetSocketAddress client, InetSocketAddress box);

    private static boolean bothIpv4(InetSocketAddress client, InetSocketAddress box) {
        return client.getAddress() instanceof Inet4Address && box.getAddress() instanceof Inet4Address;
    }

    private static String text(InetSocketAddress address) {
        // Without the scope of a link-local address, which means nothing on another machine.
        String text = address.getAddress().getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
