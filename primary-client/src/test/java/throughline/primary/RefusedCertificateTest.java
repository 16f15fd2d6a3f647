package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.Flaw;
import throughline.replica.Replica;

/**
 * One refused client certificate shows as an alert, a broken pipe, a closed or a reset connection, by version, timing and
 * chance. Without the replica's own account the verdict is the same every time.
 */
class RefusedCertificateTest {
    private static final Lab LAB = new Lab();
    private static final int REPETITIONS = 20;

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    private enum Client {
        EXPIRED("mtls.certificate-rejected") {
            @Override
            void configure(ClientSettings.Builder settings) {
                settings.identity(LAB.pki.client("primary.test", Flaw.EXPIRED));
            }
        },
        WRONG_USAGE("mtls.certificate-rejected") {
            @Override
            void configure(ClientSettings.Builder settings) {
                settings.identity(LAB.pki.client("primary.test", Flaw.WRONG_USAGE));
            }
        },
        /** JSSE does not send what none of the named issuers has issued. */
        UNKNOWN_ISSUER("mtls.issuer-not-accepted") {
            @Override
            void configure(ClientSettings.Builder settings) {
                settings.identity(LAB.pki.client("primary.test", Flaw.UNKNOWN_ISSUER));
            }
        },
        /** Another lab's root bears the same name, so it is sent. */
        ISSUER_OF_THE_SAME_NAME("mtls.certificate-rejected") {
            @Override
            void configure(ClientSettings.Builder settings) {
                settings.identity(new Lab().client);
            }
        },
        NONE("mtls.none-configured") {
            @Override
            void configure(ClientSettings.Builder settings) {}
        };

        final String rule;

        Client(String rule) {
            this.rule = rule;
        }

        abstract void configure(ClientSettings.Builder settings);
    }

    static Stream<Arguments> refused() {
        return Stream.of(Client.values())
                .flatMap(client -> Stream.of("TLSv1.2", "TLSv1.3")
                        .flatMap(version -> Stream.of(true, false).map(http2 -> Arguments.of(client, version, http2))));
    }

    @ParameterizedTest(name = "{0} {1} h2={2}")
    @MethodSource("refused")
    void theVerdictIsTheSameEveryTime(Client client, String version, boolean http2) {
        Map<String, Integer> verdicts = new TreeMap<>();
        for (int i = 0; i < REPETITIONS; i++) {
            ClientSettings.Builder settings =
                    LAB.withoutIdentity(replica.port()).tlsVersions(version).http2(http2);
            client.configure(settings);
            ReplicationFailed failed = Lab.fails(settings);
            String verdict = Lab.rule(failed) + " "
                    + failed.verdict().confidence().map(Enum::name).orElse("");
            verdicts.merge(verdict, 1, Integer::sum);
        }

        assertThat(verdicts).isEqualTo(Map.of(client.rule + " LIKELY", REPETITIONS));
    }
}
