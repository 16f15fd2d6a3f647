package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KerberosTicket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KerberosLoginTest {
    private static final KerberosPrincipal ALICE = new KerberosPrincipal("alice@EXAMPLE.COM");
    private static final Instant LOGIN = Instant.parse("2026-11-23T08:00:00Z");

    /** A refusal is remembered for whoever logged in then, however many tickets he has got since. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void ticketsThatJoinTheFirstDoNotMakeAnotherOfWhoLoggedIn(int tickets) {
        Subject subject = new Subject(false, Set.of(ALICE), Set.of(), Set.of());
        subject.getPrivateCredentials().add(ticket("krbtgt/EXAMPLE.COM@EXAMPLE.COM", LOGIN));
        ProxyCredentials before = KerberosLogin.identity(subject);

        for (int i = 1; i <= tickets; i++) {
            subject.getPrivateCredentials().add(ticket("HTTP/proxy-" + i + "@EXAMPLE.COM", LOGIN.plusSeconds(i)));
        }

        assertThat(KerberosLogin.identity(subject).isSame(before)).isTrue();
    }

    private static KerberosTicket ticket(String server, Instant since) {
        return new KerberosTicket(
                new byte[] {1},
                ALICE,
                new KerberosPrincipal(server),
                new byte[16],
                17,
                new boolean[32],
                Date.from(since),
                Date.from(since),
                Date.from(since.plusSeconds(3600)),
                Date.from(since.plusSeconds(3600)),
                null);
    }
}
