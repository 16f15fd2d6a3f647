package throughline.certs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;

/** What JSSE answers to an identity in a handshake over loopback, where the other end is JSSE as well. */
final class JsseJudge {
    private final TestPki pki;
    private final TrustManager trustManager;

    private JsseJudge(TestPki pki, TrustManager trustManager) {
        this.pki = pki;
        this.trustManager = trustManager;
    }

    /** As it comes: no look at revocation. */
    static JsseJudge plain(TestPki pki) {
        return new JsseJudge(pki, pki.trust().trustManager());
    }

    /** With the platform's own revocation checker in its default mode: OCSP first, then CRLs, and no answer is a refusal. */
    static JsseJudge checkingRevocation(TestPki pki) throws GeneralSecurityException {
        Set<TrustAnchor> anchors = pki.trust().anchors().stream()
                .map(anchor -> new TrustAnchor(anchor, null))
                .collect(Collectors.toSet());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        parameters.addCertPathChecker(
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return new JsseJudge(pki, factory.getTrustManagers()[0]);
    }

    /** "accepted", or the class and the words of the innermost reason that is about security. */
    String answer(Identity identity, Usage end, String name) throws Exception {
        return switch (end) {
            case SERVER -> answerToServer(identity, name);
            case CLIENT -> answerToClient(identity, name);
        };
    }

    private String answerToServer(Identity server, String name) throws Exception {
        SSLContext serving =
                TlsContexts.context(InsistentKeyManager.of(server), pki.trust().trustManager());
        try (SSLServerSocket listener = listener(serving)) {
            CompletableFuture<Optional<Throwable>> served =
                    CompletableFuture.supplyAsync(() -> accept(listener, false));
            Optional<Throwable> refusal;
            try (SSLSocket socket = client(TlsContexts.context(trustManager), listener.getLocalPort(), name)) {
                refusal = refusal(() -> shakeHands(socket));
            }
            served.get(20, TimeUnit.SECONDS);
            return words(refusal, name);
        }
    }

    private String answerToClient(Identity client, String name) throws Exception {
        SSLContext serving = TlsContexts.context(pki.server("replica.lab.test").keyManager(), trustManager);
        try (SSLServerSocket listener = listener(serving)) {
            CompletableFuture<Optional<Throwable>> served = CompletableFuture.supplyAsync(() -> accept(listener, true));
            SSLContext showing = TlsContexts.context(
                    InsistentKeyManager.of(client), pki.trust().trustManager());
            try (SSLSocket socket = client(showing, listener.getLocalPort(), "replica.lab.test")) {
                refusal(() -> shakeHands(socket));
                return words(served.get(20, TimeUnit.SECONDS), name);
            }
        }
    }

    static SSLServerSocket listener(SSLContext context) throws IOException {
        SSLServerSocket listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
        return listener;
    }

    /** Compares names as HTTPS does. */
    static SSLSocket client(SSLContext context, int port, String name) throws IOException {
        Socket raw = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, name, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        return socket;
    }

    static Optional<Throwable> accept(SSLServerSocket listener, boolean askForCertificate) {
        return refusal(() -> {
            try (SSLSocket socket = (SSLSocket) listener.accept()) {
                socket.setSoTimeout(20_000);
                socket.setNeedClientAuth(askForCertificate);
                socket.startHandshake();
            }
        });
    }

    /** As a client, up to the server's last word: in TLS 1.3 it judges after the client has finished. */
    static void shakeHands(SSLSocket socket) throws IOException {
        socket.startHandshake();
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
    }

    private interface Handshake {
        void run() throws IOException;
    }

    private static Optional<Throwable> refusal(Handshake handshake) {
        try {
            handshake.run();
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of(refused);
        }
    }

    private static String words(Optional<Throwable> refusal, String name) {
        return refusal.map(JsseJudge::reason)
                .map(reason ->
                        reason.getClass().getSimpleName() + ": " + constant(String.valueOf(reason.getMessage()), name))
                .orElse("accepted");
    }

    private static Throwable reason(Throwable refusal) {
        return Stream.iterate(refusal, cause -> cause != null, Throwable::getCause)
                .filter(cause -> cause instanceof GeneralSecurityException || cause instanceof SSLHandshakeException)
                .reduce((outer, inner) -> inner)
                .orElse(refusal);
    }

    /** Without what differs from run to run: dates, and the name that was asked for; a revocation up to its reason. */
    private static String constant(String message, String name) {
        return message.replaceAll(", revocation date: .*", "")
                .replaceAll("[A-Z][a-z]{2} [A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d:\\d\\d \\S+ \\d{4}", "…")
                .replace(name, "NAME");
    }
}
