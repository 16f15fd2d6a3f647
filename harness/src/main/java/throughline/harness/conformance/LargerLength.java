package throughline.harness.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import throughline.protocol.AttemptId;

/** One request over HTTP/1.1 that announces 500 GB, sends what it has, and waits for the answer. No HTTP library does that. */
final class LargerLength {
    private static final long ANNOUNCED = 500_000_000_000L;
    private static final int LONGEST_HEAD = 16 << 10;
    private static final int LONGEST_BODY = 1 << 20;

    private LargerLength() {}

    static Reply send(URI replica, SSLContext tls, Step step, AttemptId attempt, Duration longest) throws IOException {
        try (Socket tcp = new Socket()) {
            tcp.connect(new InetSocketAddress(replica.getHost(), replica.getPort()), (int) longest.toMillis());
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(tcp, replica.getHost(), replica.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) longest.toMillis());
            socket.getOutputStream().write(head(replica, step, attempt).getBytes(ISO_8859_1));
            socket.getOutputStream().write(step.body().bytes());
            socket.getOutputStream().flush();
            return reply(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private static String head(URI replica, Step step, AttemptId attempt) {
        return step.method() + " " + step.path() + " HTTP/1.1\r\nHost: " + replica.getAuthority() + "\r\n"
                + AttemptId.HEADER + ": " + attempt + "\r\nContent-Type: "
                + step.mediaType().orElseThrow() + "\r\nContent-Length: " + ANNOUNCED + "\r\n\r\n";
    }

    private static Reply reply(InputStream in) throws IOException {
        String[] lines = head(in).split("\r\n", -1);
        Map<String, String> fields = new TreeMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
        }
        String[] first = lines[0].split(" ", 3);
        if (first.length < 2 || !first[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("the answer starts with \"" + lines[0] + "\"");
        }
        int length = (int) Math.min(LONGEST_BODY, length(fields.getOrDefault("content-length", "")));
        return new Reply(
                Integer.parseInt(first[1]),
                fields.getOrDefault("content-type", ""),
                new Step.Body(in.readNBytes(length)));
    }

    private static long length(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : LONGEST_BODY;
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() == LONGEST_HEAD) {
                throw new EOFException("the answer ended in its head, after " + head.length() + " bytes");
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
