package throughline.certs.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.CertificateAuthority;
import throughline.certs.KeyType;
import throughline.certs.LeafRequest;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.HttpRevocationFetch;
import throughline.identity.revocation.RevocationCheck;
import throughline.identity.revocation.RevocationFetch;
import throughline.identity.revocation.RevocationStatus;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

/** What the check makes of everything that the server can answer. */
class RevocationServerTest {
    private final InstantSource clock = InstantSource.system();
    private final RevocationServer server = RevocationServer.start(clock);
    private final CertificateAuthority authority = CertificateAuthority.root("Asked Root", clock);
    private final RevocationFetch fetch = new HttpRevocationFetch(Proxy.NO_PROXY, Duration.ofSeconds(5));

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> ocspAnswers() {
        return Stream.of(
                Arguments.of(OcspAnswer.TRUTH, State.GOOD, "says good."),
                Arguments.of(OcspAnswer.UNKNOWN, State.UNKNOWN, "does not know it."),
                Arguments.of(OcspAnswer.TRY_LATER, State.UNKNOWN, "answered tryLater."),
                Arguments.of(OcspAnswer.UNAUTHORIZED, State.UNKNOWN, "answered unauthorized."),
                Arguments.of(OcspAnswer.STALE, State.UNKNOWN, "gave an answer that was in force until "),
                Arguments.of(OcspAnswer.WRONG_SIGNER, State.UNKNOWN, "gave an answer that cannot be believed: "),
                Arguments.of(OcspAnswer.OTHER_CERTIFICATE, State.UNKNOWN, "gave an answer that cannot be believed: "),
                Arguments.of(OcspAnswer.MALFORMED, State.UNKNOWN, "gave what cannot be read as an OCSP answer: "),
                Arguments.of(OcspAnswer.NOT_FOUND, State.UNKNOWN, "gave no answer: answered 404."),
                Arguments.of(OcspAnswer.SILENT, State.UNKNOWN, "gave no answer: no whole answer within 300 ms."));
    }

    @ParameterizedTest
    @MethodSource("ocspAnswers")
    void ocspAnswer(OcspAnswer answer, State state, String text) {
        server.answerOcsp(authority, answer);

        RevocationStatus status = status(patience(answer == OcspAnswer.SILENT), leaf(false, true));

        assertThat(status.state()).as(status.text()).isEqualTo(state);
        assertThat(status.text()).contains("he OCSP responder at " + server.ocsp(authority) + " " + text);
    }

    static Stream<Arguments> crlAnswers() {
        return Stream.of(
                Arguments.of(CrlAnswer.TRUTH, State.GOOD, "does not list it."),
                Arguments.of(CrlAnswer.STALE, State.UNKNOWN, "was in force until "),
                Arguments.of(CrlAnswer.WRONG_SIGNER, State.UNKNOWN, "is not signed by the certificate's issuer."),
                Arguments.of(CrlAnswer.OTHER_ISSUER, State.UNKNOWN, "is of another issuer: CN=Another Authority,"),
                Arguments.of(CrlAnswer.MALFORMED, State.UNKNOWN, "cannot be read as a CRL: "),
                Arguments.of(CrlAnswer.NOT_FOUND, State.UNKNOWN, "gave no answer: answered 404."),
                Arguments.of(CrlAnswer.SILENT, State.UNKNOWN, "gave no answer: no whole answer within 300 ms."));
    }

    @ParameterizedTest
    @MethodSource("crlAnswers")
    void crlAnswer(CrlAnswer answer, State state, String text) {
        server.answerCrl(authority, answer);

        RevocationStatus status = status(patience(answer == CrlAnswer.SILENT), leaf(true, false));

        assertThat(status.state()).as(status.text()).isEqualTo(state);
        assertThat(status.text()).contains("he CRL at " + server.crl(authority) + " " + text);
    }

    @Test
    void staleCrlHasAnAddressOfItsOwn() {
        X509Certificate leaf = leaf(LeafRequest.server("a.test")
                .withRevocationSources(Optional.of(server.staleCrl(authority)), Optional.empty()));

        assertThat(status(fetch, leaf).text()).contains("was in force until");
    }

    @Test
    void nobodyListensWhereNobodyShould() {
        X509Certificate leaf = leaf(LeafRequest.server("a.test")
                .withRevocationSources(Optional.of(server.unreachable()), Optional.empty()));

        assertThat(status(fetch, leaf).text()).contains("gave no answer: Connection refused.");
    }

    @Test
    void revocationByOcspIsUnknownToTheCrl() {
        X509Certificate byOcsp = leaf(false, true);
        X509Certificate byCrl = leaf(true, false);
        server.revokeByOcsp(authority, byOcsp);
        server.revokeByOcsp(authority, byCrl);

        RevocationStatus status = status(fetch, byOcsp);
        assertThat(status.state()).as(status.text()).isEqualTo(State.REVOKED);
        assertThat(status.text()).endsWith("(key compromise).");
        assertThat(status(fetch, byCrl).state()).isEqualTo(State.GOOD);
    }

    @Test
    void revocationByCrlIsUnknownToTheResponder() {
        X509Certificate byOcsp = leaf(false, true);
        X509Certificate byCrl = leaf(true, false);
        server.revokeByCrl(authority, byOcsp);
        server.revokeByCrl(authority, byCrl);

        assertThat(status(fetch, byOcsp).state()).isEqualTo(State.GOOD);
        RevocationStatus status = status(fetch, byCrl);
        assertThat(status.state()).as(status.text()).isEqualTo(State.REVOKED);
        assertThat(status.text()).endsWith("(key compromise).");
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"EC_P384", "RSA_2048", "ED25519"})
    void authoritiesOfEveryKeyTypeAreBelieved(KeyType type) throws UnusableIdentityException {
        CertificateAuthority other = CertificateAuthority.root("Other Root", type, clock);
        X509Certificate leaf = other.issue(LeafRequest.server("a.test")
                        .withRevocationSources(Optional.of(server.crl(other)), Optional.of(server.ocsp(other))))
                .leaf();
        Trust trust = Trust.of(List.of(other.certificate()));

        assertThat(new RevocationCheck(fetch, clock).check(List.of(leaf), trust, List.of()))
                .singleElement()
                .extracting(RevocationStatus::source, RevocationStatus::state)
                .containsExactly(Source.OCSP, State.GOOD);
        server.answerOcsp(other, OcspAnswer.NOT_FOUND);
        assertThat(new RevocationCheck(fetch, clock).check(List.of(leaf), trust, List.of()))
                .singleElement()
                .extracting(RevocationStatus::source, RevocationStatus::state)
                .containsExactly(Source.CRL, State.GOOD);
    }

    @Test
    void delegateIsBelieved() {
        server.delegateOcsp(authority);
        X509Certificate leaf = leaf(false, true);
        assertThat(status(fetch, leaf).state()).isEqualTo(State.GOOD);

        server.revokeByOcsp(authority, leaf);
        assertThat(status(fetch, leaf).state()).isEqualTo(State.REVOKED);
    }

    @Test
    void intermediateAnswersForItsOwnLeaves() throws UnusableIdentityException {
        CertificateAuthority below = authority.intermediate("Asked Intermediate");
        List<X509Certificate> chain = below.issue(LeafRequest.server("a.test")
                        .withRevocationSources(Optional.empty(), Optional.of(server.ocsp(below))))
                .chain();

        List<RevocationStatus> statuses =
                new RevocationCheck(fetch, clock).check(chain, Trust.of(List.of(authority.certificate())), List.of());

        // The intermediate of this lab names no source of its own.
        assertThat(statuses).extracting(RevocationStatus::state).containsExactly(State.GOOD, State.UNKNOWN);
    }

    @Test
    void requestsAreKeptAsTheyCame() throws IOException {
        URI crl = server.crl(authority);
        URI somewhere = URI.create(crl + "?x=1");
        fetch.get(somewhere);
        RevocationFetch throughItself = new HttpRevocationFetch(
                new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), crl.getPort())),
                Duration.ofSeconds(5));
        throughItself.get(crl);

        assertThat(server.asked())
                .containsExactly(
                        new AskedRequest("GET", crl.getPath() + "?x=1", false),
                        new AskedRequest("GET", crl.getPath(), true));
    }

    @Test
    void whatIsNoRequestIsRefused() {
        assertThatThrownBy(() -> fetch.post(server.ocsp(authority), new byte[] {1, 2, 3}))
                .hasMessage("answered 400");
        assertThatThrownBy(() -> fetch.get(URI.create(server.ocsp(authority) + "/%00")))
                .hasMessage("answered 400");
        assertThatThrownBy(() -> fetch.get(server.ocsp(authority).resolve("/"))).hasMessage("answered 404");
    }

    @Test
    void nothingIsLeftAfterClosing() throws InterruptedException {
        server.answerCrl(authority, CrlAnswer.SILENT);
        assertThatThrownBy(() -> patience(true).get(server.crl(authority))).isInstanceOf(IOException.class);
        List<Thread> before = threads();
        assertThat(before).isNotEmpty().allMatch(Thread::isDaemon);

        server.close();

        for (Thread thread : before) {
            thread.join(5000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThatThrownBy(() -> fetch.get(server.crl(authority))).hasMessageContaining("refused");
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("throughline-revocation")
                        || thread.getName().startsWith("HTTP-Dispatcher")
                        || thread.getName().startsWith("server-timer"))
                .toList();
    }

    private RevocationFetch patience(boolean little) {
        return little ? new HttpRevocationFetch(Proxy.NO_PROXY, Duration.ofMillis(300)) : fetch;
    }

    private X509Certificate leaf(boolean crl, boolean ocsp) {
        return leaf(LeafRequest.server("a.test")
                .withRevocationSources(
                        Optional.of(server.crl(authority)).filter(wanted -> crl),
                        Optional.of(server.ocsp(authority)).filter(wanted -> ocsp)));
    }

    private X509Certificate leaf(LeafRequest request) {
        return authority.issue(request).leaf();
    }

    private RevocationStatus status(RevocationFetch by, X509Certificate leaf) {
        try {
            return new RevocationCheck(by, clock)
                    .check(List.of(leaf), Trust.of(List.of(authority.certificate())), List.of())
                    .get(0);
        } catch (UnusableIdentityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
