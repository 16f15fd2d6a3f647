package throughline.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

/** Our judgement of what openssl signs. */
class RevocationCheckTest {
    private static final String OCSP = "http://ocsp.test/";
    private static final String CRL = "http://crl.test/a";

    private static final byte[] TRY_LATER = {0x30, 3, 0x0A, 1, 3};

    @TempDir
    private static Path folder;

    private static Instant now;
    private static InstantSource clock;

    private static OpenSslLab lab;
    private static Trust trust;
    private static X509Certificate byOcsp;
    private static X509Certificate byCrl;
    private static X509Certificate byBoth;
    private static X509Certificate revoked;
    private static X509Certificate held;
    private static X509Certificate without;
    private static UnaryOperator<byte[]> responder;

    @BeforeAll
    static void authority() throws UnusableIdentityException {
        // Ahead of the certificates, which are in force from the moment when openssl makes them.
        now = Instant.now().plus(Duration.ofMinutes(5));
        clock = InstantSource.fixed(now);
        lab = OpenSslLab.in(folder);
        lab.root("root", "root");
        lab.root("twin", "root");
        lab.root("stranger", "stranger");
        trust = Trust.of(List.of(lab.certificate("root")));
        byOcsp = lab.leaf("byOcsp", "root", aia(OCSP));
        byCrl = lab.leaf("byCrl", "root", crlPoint(CRL));
        byBoth = lab.leaf("byBoth", "root", aia(OCSP), crlPoint(CRL));
        without = lab.leaf("without", "root", "keyUsage=digitalSignature");
        revoked = lab.leaf("revoked", "root", aia(OCSP), crlPoint(CRL));
        held = lab.leaf("held", "root", aia(OCSP), crlPoint(CRL));
        lab.leaf("delegate", "root", "extendedKeyUsage=OCSPSigning");
        lab.leaf("pretender", "root", "extendedKeyUsage=serverAuth");
        lab.revoke("revoked", "root", "keyCompromise");
        lab.revoke("held", "root", "certificateHold");
        responder = request -> lab.ocsp("root", "root", request);
    }

    static Stream<Arguments> answers() {
        UnaryOperator<byte[]> stranger = request -> lab.ocsp("root", "stranger", request);
        UnaryOperator<byte[]> twin = request -> lab.ocsp("root", "twin", request);
        UnaryOperator<byte[]> delegate = request -> lab.ocsp("root", "delegate", request);
        UnaryOperator<byte[]> pretender = request -> lab.ocsp("root", "pretender", request);
        UnaryOperator<byte[]> byKey = request -> lab.ocsp("root", "root", request, "-resp_key_id");
        // Knows the certificate by its number only if it is in its books.
        UnaryOperator<byte[]> forgetful = request -> {
            lab.root("forgetful", "forgetful");
            return lab.ocsp("root", "root", request, "-index forgetful.index");
        };
        UnaryOperator<byte[]> otherQuestion = request -> lab.ocsp("root", "root", request(without));
        return Stream.of(
                Arguments.of(
                        "of the issuer", responder, State.GOOD, "The OCSP responder at http://ocsp.test/ says good."),
                Arguments.of("of the issuer, by its key", byKey, State.GOOD, "says good."),
                Arguments.of("of a delegate", delegate, State.GOOD, "says good."),
                Arguments.of("that does not know it", forgetful, State.UNKNOWN, "does not know it."),
                Arguments.of("of one without OCSPSigning", pretender, State.UNKNOWN, "cannot be believed: "),
                Arguments.of("of a stranger", stranger, State.UNKNOWN, "cannot be believed: "),
                Arguments.of("of a stranger of the issuer's name", twin, State.UNKNOWN, "cannot be believed: "),
                Arguments.of("about another certificate", otherQuestion, State.UNKNOWN, "cannot be believed: "),
                Arguments.of("tryLater", bytes(TRY_LATER), State.UNKNOWN, "answered tryLater."),
                Arguments.of(
                        "that is a page",
                        bytes("<html>".getBytes(StandardCharsets.US_ASCII)),
                        State.UNKNOWN,
                        "cannot be read"),
                Arguments.of("that is empty", bytes(new byte[0]), State.UNKNOWN, "cannot be read"),
                Arguments.of("that is too long", bytes(new byte[65537]), State.UNKNOWN, "longer than 65536 bytes."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void ocspAnswer(String name, UnaryOperator<byte[]> answer, State state, String text) {
        RevocationStatus status = status(new ScriptedFetch().ocsp(OCSP, answer), byOcsp);

        assertThat(status.state()).as(status.text()).isEqualTo(state);
        assertThat(status.text()).contains(text);
        assertThat(status.source()).isEqualTo(Source.OCSP);
        assertThat(status.address()).contains(URI.create(OCSP));
        assertThat(status.revokedAt()).isEmpty();
    }

    static Stream<Arguments> lists() {
        return Stream.of(
                Arguments.of(
                        "of the issuer", lab.crl("root"), State.GOOD, "The CRL at http://crl.test/a does not list it."),
                Arguments.of("of its users", lab.crl("root", "-crlexts users"), State.GOOD, "does not list it."),
                Arguments.of("of its point", lab.crl("root", "-crlexts here"), State.GOOD, "does not list it."),
                Arguments.of(
                        "of another point", lab.crl("root", "-crlexts elsewhere"), State.UNKNOWN, "does not cover"),
                Arguments.of(
                        "of authorities", lab.crl("root", "-crlexts authorities"), State.UNKNOWN, "does not cover"),
                Arguments.of("of some reasons", lab.crl("root", "-crlexts reasons"), State.UNKNOWN, "does not cover"),
                Arguments.of(
                        "of other issuers too", lab.crl("root", "-crlexts indirect"), State.UNKNOWN, "does not cover"),
                Arguments.of("of changes only", lab.crl("root", "-crlexts delta"), State.UNKNOWN, "2.5.29.27"),
                Arguments.of("of a stranger", lab.crl("stranger"), State.UNKNOWN, "is of another issuer: CN=stranger."),
                Arguments.of("of a stranger of the issuer's name", lab.crl("twin"), State.UNKNOWN, "is not signed by"),
                Arguments.of(
                        "that is a page",
                        "<html>".getBytes(StandardCharsets.US_ASCII),
                        State.UNKNOWN,
                        "cannot be read as a CRL"),
                Arguments.of("that is empty", new byte[0], State.UNKNOWN, "cannot be read as a CRL"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lists")
    void crl(String name, byte[] crl, State state, String text) {
        RevocationStatus status = status(new ScriptedFetch().crl(CRL, crl), byCrl);

        assertThat(status.state()).as(status.text()).isEqualTo(state);
        assertThat(status.text()).contains(text);
        assertThat(status.source()).isEqualTo(Source.CRL);
        assertThat(status.address()).contains(URI.create(CRL));
    }

    static Stream<Arguments> revocations() {
        ScriptedFetch ocsp = new ScriptedFetch().ocsp(OCSP, responder);
        ScriptedFetch crl = new ScriptedFetch().crl(CRL, lab.crl("root"));
        return Stream.of(
                Arguments.of(revoked, ocsp, Source.OCSP, "says revoked since %s (key compromise)."),
                Arguments.of(revoked, crl, Source.CRL, "lists it as revoked since %s (key compromise)."),
                Arguments.of(held, ocsp, Source.OCSP, "says revoked since %s (certificate hold)."),
                Arguments.of(held, crl, Source.CRL, "lists it as revoked since %s (certificate hold)."));
    }

    @ParameterizedTest
    @MethodSource("revocations")
    void revocationIsToldWithItsTimeAndReason(
            X509Certificate certificate, ScriptedFetch fetch, Source source, String text) {
        RevocationCheck check = new RevocationCheck(fetch, InstantSource.fixed(now.plusSeconds(60)));

        RevocationStatus status =
                check.check(List.of(certificate), trust, List.of()).get(0);

        assertThat(status.state()).as(status.text()).isEqualTo(State.REVOKED);
        assertThat(status.source()).isEqualTo(source);
        Instant since = status.revokedAt().orElseThrow();
        assertThat(since)
                .isBetween(now.minusSeconds(310), Instant.now())
                .isEqualTo(since.truncatedTo(ChronoUnit.SECONDS));
        assertThat(status.text()).contains(text.formatted(since));
    }

    @Test
    void revocationCountsForAClockThatIsBehindIt() {
        X509Certificate ahead = lab.leaf("ahead", "root", aia(OCSP), crlPoint(CRL));
        lab.revokeAhead("ahead", "root", now.plus(Duration.ofHours(1)));

        RevocationStatus ocsp = status(new ScriptedFetch().ocsp(OCSP, responder), ahead);
        RevocationStatus crl = status(new ScriptedFetch().crl(CRL, lab.crl("root")), ahead);

        assertThat(ocsp.state()).as(ocsp.text()).isEqualTo(State.REVOKED);
        assertThat(ocsp.revokedAt())
                .hasValueSatisfying(since -> assertThat(since).isAfter(now));
        assertThat(crl.state()).as(crl.text()).isEqualTo(State.REVOKED);
    }

    @Test
    void answersOutOfForceAreUnknown() {
        ScriptedFetch fetch = new ScriptedFetch().ocsp(OCSP, responder).crl(CRL, lab.crl("root"));
        InstantSource tomorrow = InstantSource.fixed(now.plus(Duration.ofDays(1)));

        RevocationStatus status = new RevocationCheck(fetch, tomorrow)
                .check(List.of(byBoth), trust, List.of())
                .get(0);

        assertThat(status.state()).isEqualTo(State.UNKNOWN);
        assertThat(status.text())
                .matches("Nobody could say whether it is revoked: "
                        + "the OCSP responder at http://ocsp.test/ gave an answer that was in force until \\S+Z; "
                        + "the CRL at http://crl.test/a was in force until \\S+Z\\.");
    }

    @Test
    void crlSpeaksWhereTheResponderDoesNot() {
        ScriptedFetch fetch = new ScriptedFetch().ocsp(OCSP, bytes(TRY_LATER)).crl(CRL, lab.crl("root"));

        RevocationStatus status = status(fetch, byBoth);

        assertThat(status.state()).isEqualTo(State.GOOD);
        assertThat(status.source()).isEqualTo(Source.CRL);
        assertThat(fetch.asked()).containsExactly("POST " + OCSP, "GET " + CRL);
    }

    @Test
    void crlIsNotFetchedWhereTheResponderSpeaks() {
        ScriptedFetch fetch = new ScriptedFetch().ocsp(OCSP, responder);

        assertThat(status(fetch, byBoth).state()).isEqualTo(State.GOOD);
        assertThat(fetch.asked()).containsExactly("POST " + OCSP);
    }

    @Test
    void nobodyThereIsUnknownAndNamesTheAddresses() {
        RevocationStatus status = status(new ScriptedFetch(), byBoth);

        assertThat(status.state()).isEqualTo(State.UNKNOWN);
        assertThat(status.text())
                .isEqualTo("Nobody could say whether it is revoked: "
                        + "the OCSP responder at http://ocsp.test/ gave no answer: Connection refused; "
                        + "the CRL at http://crl.test/a gave no answer: Connection refused.");
    }

    @Test
    void certificateWithoutSourcesIsUnknown() {
        RevocationStatus status = status(new ScriptedFetch(), without);

        assertThat(status.state()).isEqualTo(State.UNKNOWN);
        assertThat(status.source()).isEqualTo(Source.NONE);
        assertThat(status.address()).isEmpty();
        assertThat(status.text())
                .isEqualTo("Nobody can say whether it is revoked: it names neither an OCSP responder nor a CRL.");
    }

    static Stream<Arguments> unusableAddresses() {
        return Stream.of(
                Arguments.of(
                        "crlDistributionPoints=URI:https://crl.test/a", "the CRL at https://crl.test/a is not asked"),
                Arguments.of(
                        "crlDistributionPoints=URI:ldap://crl.test/cn=a",
                        "the CRL at ldap://crl.test/cn=a is not asked"),
                Arguments.of("crlDistributionPoints=URI:http://u:p@crl.test/a", "only http addresses are"),
                Arguments.of("crlDistributionPoints=URI:http://crl.test:99999/a", "only http addresses are"),
                Arguments.of("crlDistributionPoints=URI:not an address", "the CRL at not an address is not asked"),
                Arguments.of(
                        "authorityInfoAccess=OCSP;URI:https://ocsp.test/", "the OCSP responder at https://ocsp.test/"),
                Arguments.of("2.5.29.31=DER:04:00", "its CRLDistributionPoints extension cannot be read"),
                Arguments.of("1.3.6.1.5.5.7.1.1=DER:30:05", "its AuthorityInformationAccess extension cannot be read"));
    }

    @ParameterizedTest
    @MethodSource("unusableAddresses")
    void unusableAddressIsUnknownAndSaysWhy(String extension, String text) {
        ScriptedFetch fetch = new ScriptedFetch();

        RevocationStatus status = status(fetch, lab.leaf("unusable", "root", extension));

        assertThat(status.state()).isEqualTo(State.UNKNOWN);
        assertThat(status.source()).isEqualTo(Source.NONE);
        assertThat(status.text()).contains(text);
        assertThat(fetch.asked()).isEmpty();
    }

    @Test
    void addressesAreAskedInTurnUntilOneAnswersAndAtMostThree() {
        X509Certificate leaf = lab.leaf(
                "many",
                "root",
                "crlDistributionPoints=URI:ldap://a.test/,URI:http://b.test/,URI:http://c.test/,URI:http://d.test/,"
                        + "URI:http://e.test/");
        ScriptedFetch dead = new ScriptedFetch().crl("http://e.test/", lab.crl("root"));
        ScriptedFetch second = new ScriptedFetch().crl("http://c.test/", lab.crl("root"));

        assertThat(status(dead, leaf).state()).isEqualTo(State.UNKNOWN);
        assertThat(status(second, leaf).state()).isEqualTo(State.GOOD);
        assertThat(dead.asked()).containsExactly("GET http://b.test/", "GET http://c.test/", "GET http://d.test/");
        assertThat(second.asked()).containsExactly("GET http://b.test/", "GET http://c.test/");
    }

    @Test
    void stapledAnswerMakesFetchesNeedless() {
        ScriptedFetch fetch = new ScriptedFetch();
        RevocationCheck check = new RevocationCheck(fetch, clock);

        RevocationStatus good = check.check(List.of(byOcsp), trust, List.of(responder.apply(request(byOcsp))))
                .get(0);

        assertThat(good.state()).isEqualTo(State.GOOD);
        assertThat(good.source()).isEqualTo(Source.STAPLED);
        assertThat(good.address()).isEmpty();
        assertThat(good.text()).isEqualTo("The stapled OCSP answer says good.");
        assertThat(fetch.asked()).isEmpty();
    }

    @Test
    void unusableStapleIsFollowedByFetches() {
        ScriptedFetch fetch = new ScriptedFetch();
        byte[] other = responder.apply(request(without));

        RevocationStatus status = new RevocationCheck(fetch, clock)
                .check(List.of(byOcsp), trust, List.of(other))
                .get(0);

        assertThat(status.state()).isEqualTo(State.UNKNOWN);
        assertThat(status.text()).contains("the stapled OCSP answer gave an answer that cannot be believed");
        assertThat(fetch.asked()).containsExactly("POST " + OCSP);
    }

    @Test
    void everyCertificateBelowTheAnchorIsAskedAboutWhateverTheOrderOnTheWire() {
        lab.authority("middle", "root", crlPoint("http://crl.test/root"));
        X509Certificate leaf = lab.leaf("below", "middle", crlPoint("http://crl.test/middle"));
        X509Certificate middle = lab.certificate("middle");
        lab.revoke("middle", "root", "cACompromise");
        ScriptedFetch fetch = new ScriptedFetch()
                .crl("http://crl.test/middle", lab.crl("middle"))
                .crl("http://crl.test/root", lab.crl("root"));
        List<X509Certificate> shown = List.of(leaf, byCrl, lab.certificate("root"), middle);

        List<RevocationStatus> statuses = new RevocationCheck(fetch, clock).check(shown, trust, List.of());

        assertThat(statuses).extracting(RevocationStatus::certificate).containsExactly(leaf, middle);
        assertThat(statuses).extracting(RevocationStatus::state).containsExactly(State.GOOD, State.REVOKED);
    }

    @Test
    void anchorItselfIsNotAskedAbout() throws UnusableIdentityException {
        assertThat(new RevocationCheck(new ScriptedFetch(), clock)
                        .check(List.of(byCrl), Trust.of(List.of(byCrl)), List.of()))
                .isEmpty();
    }

    @Test
    void withoutAPathNobodyIsAsked() throws UnusableIdentityException {
        ScriptedFetch fetch = new ScriptedFetch();

        List<RevocationStatus> statuses = new RevocationCheck(fetch, clock)
                .check(List.of(byBoth), Trust.of(List.of(lab.certificate("stranger"))), List.of());

        assertThat(statuses).singleElement().extracting(RevocationStatus::state).isEqualTo(State.UNKNOWN);
        assertThat(fetch.asked()).isEmpty();
    }

    @Test
    void emptyChainIsRefused() {
        RevocationCheck check = new RevocationCheck(new ScriptedFetch(), clock);

        assertThatThrownBy(() -> check.check(List.of(), trust, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no certificate to ask about: a chain has at least one.");
    }

    private static RevocationStatus status(RevocationFetch fetch, X509Certificate leaf) {
        return new RevocationCheck(fetch, clock)
                .check(List.of(leaf), trust, List.of())
                .get(0);
    }

    private static byte[] request(X509Certificate certificate) {
        try {
            return OcspRequest.about(certificate, lab.certificate("root"));
        } catch (MalformedDerException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static UnaryOperator<byte[]> bytes(byte[] answer) {
        return request -> answer;
    }

    private static String aia(String address) {
        return "authorityInfoAccess=OCSP;URI:" + address;
    }

    private static String crlPoint(String address) {
        return "crlDistributionPoints=URI:" + address;
    }
}
