package throughline.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationStatus.State;

/**
 * Over a real connection, with openssl answering what comes. Not by {@code openssl ocsp -port}, which listens on every
 * address of the machine.
 */
class OpenSslResponderTest {
    @Test
    void answersOverHttp(@TempDir Path folder) throws UnusableIdentityException {
        OpenSslLab lab = OpenSslLab.in(folder);
        lab.root("root", "root");
        List<ScriptedServer> itself = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.doing(out -> {
            String request =
                    itself.get(0).requests().get(itself.get(0).requests().size() - 1);
            String body = request.substring(request.indexOf("\r\n\r\n") + 4);
            out.write("HTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(lab.ocsp("root", "root", body.getBytes(StandardCharsets.ISO_8859_1)));
        })) {
            itself.add(server);
            String aia = "authorityInfoAccess=OCSP;URI:" + server.address("/");
            X509Certificate good = lab.leaf("good", "root", aia);
            X509Certificate revoked = lab.leaf("revoked", "root", aia);
            lab.revoke("revoked", "root", "keyCompromise");
            Trust trust = Trust.of(List.of(lab.certificate("root")));
            RevocationCheck check = new RevocationCheck(
                    new HttpRevocationFetch(), InstantSource.offset(InstantSource.system(), Duration.ofMinutes(5)));

            assertThat(check.check(List.of(good), trust, List.of()))
                    .extracting(RevocationStatus::state)
                    .containsExactly(State.GOOD);
            assertThat(check.check(List.of(revoked), trust, List.of()))
                    .extracting(RevocationStatus::state)
                    .containsExactly(State.REVOKED);
        }
    }
}
