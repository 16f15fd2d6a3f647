package throughline.harness.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.Trust;

/** Has a right replica answer, and makes something wrong of its answers. */
final class WrongReplica implements AutoCloseable {
    private final HttpsServer server;
    private final HttpClient client;
    private final URI right;
    private final UnaryOperator<Answer> wrong;

    /** @param body its bytes as characters */
    record Answer(int status, String mediaType, String body) {
        Answer withStatus(int other) {
            return new Answer(other, mediaType, body);
        }

        Answer withMediaType(String other) {
            return new Answer(status, other, body);
        }

        Answer withBody(String other) {
            return new Answer(status, mediaType, other);
        }
    }

    WrongReplica(Identity identity, Trust trust, SSLContext primary, URI right, UnaryOperator<Answer> wrong)
            throws IOException {
        this.right = right;
        this.wrong = wrong;
        client = HttpClient.newBuilder().sslContext(primary).build();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(TlsContexts.context(identity.keyManager(), trust.trustManager())) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters settings = getSSLContext().getDefaultSSLParameters();
                        settings.setNeedClientAuth(true);
                        parameters.setSSLParameters(settings);
                    }
                });
        server.createContext("/", this::forward);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void forward(HttpExchange exchange) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(right.resolve(exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        for (String header : new String[] {"Content-Type", "Throughline-Attempt"}) {
            String value = exchange.getRequestHeaders().getFirst(header);
            if (value != null) {
                request.header(header, value);
            }
        }
        Answer answer = wrong.apply(answer(request.build()));
        byte[] body = answer.body().getBytes(ISO_8859_1);
        exchange.getResponseHeaders().set("Content-Type", answer.mediaType());
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Answer answer(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString(ISO_8859_1));
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
