package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import throughline.certs.Flaw;
import throughline.certs.TestPki;
import throughline.certs.Usage;
import throughline.identity.Identity;
import throughline.primary.diagnosis.Finding;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/**
 * What is said of each flaw, at either end, when nothing but the flaw is the matter: no pin, no account of the replica's.
 * The flaws of revocation are in {@link RevocationTest}.
 */
class FlawVerdictTest {
    private static final String HOST = "one.replica.test";
    private static final String UNEXPLAINED = "unexplained";
    private static final TestPki PKI = TestPki.create(Clock.systemUTC());

    /** The flaws of one end with one outcome: rules that are claimed, or none where it works. */
    record Row(Usage end, String outcome, Set<Flaw> flaws) {}

    static final List<Row> ROWS = List.of(
            server("tls.expired", Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.EXPIRED_INTERMEDIATE),
            server("tls.expires-soon", Flaw.EXPIRES_WITHIN_A_DAY),
            server(
                    "tls.name-mismatch",
                    Flaw.WRONG_NAME,
                    Flaw.NAME_ONLY_IN_CN,
                    Flaw.NO_SAN,
                    Flaw.IP_ADDRESS_AS_NAME,
                    Flaw.WILDCARD_TOO_BROAD),
            server(
                    "tls.replica-ca-not-trusted",
                    Flaw.SELF_SIGNED,
                    Flaw.UNKNOWN_ISSUER,
                    Flaw.SAME_NAMED_ISSUER,
                    Flaw.MISSING_INTERMEDIATE,
                    Flaw.CORRUPTED_SIGNATURE),
            server(
                    "tls.certificate-invalid",
                    Flaw.WRONG_USAGE,
                    Flaw.WRONG_KEY_USAGE,
                    Flaw.INTERMEDIATE_NOT_CA,
                    Flaw.PATH_LENGTH_EXCEEDED,
                    Flaw.NAME_NOT_PERMITTED,
                    Flaw.NAME_EXCLUDED,
                    Flaw.UNKNOWN_CRITICAL_EXTENSION),
            // Our own end refuses the signature over the handshake; nothing is wrong with any certificate.
            server(UNEXPLAINED, Flaw.KEY_MISMATCH),
            server(
                    "",
                    Flaw.LIFETIME_OVER_398_DAYS,
                    Flaw.WILDCARD,
                    Flaw.NO_EKU,
                    Flaw.EXTRA_CERTIFICATES,
                    Flaw.WRONG_ORDER,
                    Flaw.SHA1_SIGNATURE,
                    Flaw.RSA_1024,
                    Flaw.NO_REVOCATION_SOURCE),
            client("mtls.expires-soon", Flaw.EXPIRES_WITHIN_A_DAY),
            // The replica names the authorities that it accepts, and JSSE then sends nothing from another one.
            client("mtls.issuer-not-accepted", Flaw.SELF_SIGNED, Flaw.UNKNOWN_ISSUER, Flaw.MISSING_INTERMEDIATE),
            client(
                    "mtls.certificate-rejected",
                    Flaw.EXPIRED,
                    Flaw.NOT_YET_VALID,
                    Flaw.WRONG_USAGE,
                    Flaw.PUBLIC_CA_LEAF,
                    Flaw.WRONG_KEY_USAGE,
                    Flaw.SAME_NAMED_ISSUER,
                    Flaw.EXPIRED_INTERMEDIATE,
                    Flaw.INTERMEDIATE_NOT_CA,
                    Flaw.PATH_LENGTH_EXCEEDED,
                    Flaw.NAME_NOT_PERMITTED,
                    Flaw.NAME_EXCLUDED,
                    Flaw.UNKNOWN_CRITICAL_EXTENSION,
                    Flaw.CORRUPTED_SIGNATURE,
                    Flaw.KEY_MISMATCH),
            client(
                    "",
                    Flaw.LIFETIME_OVER_398_DAYS,
                    Flaw.NAME_ONLY_IN_CN,
                    Flaw.NO_SAN,
                    Flaw.NO_EKU,
                    Flaw.EXTRA_CERTIFICATES,
                    Flaw.WRONG_ORDER,
                    Flaw.SHA1_SIGNATURE,
                    Flaw.RSA_1024,
                    Flaw.NO_REVOCATION_SOURCE));

    private static Row server(String outcome, Flaw... flaws) {
        return new Row(Usage.SERVER, outcome, Set.of(flaws));
    }

    private static Row client(String outcome, Flaw... flaws) {
        return new Row(Usage.CLIENT, outcome, Set.of(flaws));
    }

    static final List<Case> CASES = ROWS.stream()
            .flatMap(row -> row.flaws().stream().map(flaw -> new Case(row.end(), flaw, row.outcome())))
            .toList();

    /** One flaw at one end. */
    record Case(Usage end, Flaw flaw, String outcome) {}

    @ParameterizedTest
    @FieldSource("CASES")
    void isNamedForWhatItIs(Case one, @TempDir Path store) throws IOException {
        Identity server = one.end() == Usage.SERVER ? PKI.server(HOST, one.flaw()) : PKI.server(HOST);
        Identity client =
                one.end() == Usage.CLIENT ? PKI.client("primary.test", one.flaw()) : PKI.client("primary.test");
        try (Replica replica = Replica.start(
                        ReplicaSettings.builder(server, PKI.trust(), Admission.anyAcceptedCertificate(store))
                                .build());
                PrimaryClient primary =
                        new PrimaryClient(ClientSettings.to(URI.create("https://" + HOST + ":" + replica.port()))
                                .identity(client)
                                .trust(PKI.trust())
                                .limits(Lab.limits())
                                .resolver(Lab.LOOPBACK)
                                .build())) {
            assertThat(outcome(primary)).isEqualTo(one.outcome());
        }
    }

    @Test
    void noFlawIsLeftOut() {
        for (Usage end : Usage.values()) {
            Set<Flaw> listed = CASES.stream()
                    .filter(one -> one.end() == end)
                    .map(Case::flaw)
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(Flaw.class)));
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(Stream.of(Flaw.values())
                            .filter(flaw -> flaw.usages().contains(end) && !flaw.needsRevocationPoints())
                            .toList());
        }
    }

    private static String outcome(PrimaryClient primary) {
        try {
            return primary.tryPath().verdict().findings().stream()
                    .map(Finding::rule)
                    .map(Object::toString)
                    .collect(Collectors.joining(" "));
        } catch (ReplicationFailed failed) {
            return Lab.rule(failed);
        }
    }
}
