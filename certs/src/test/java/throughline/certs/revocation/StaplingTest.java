package throughline.certs.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.CertificateAuthority;
import throughline.certs.LeafRequest;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.HttpRevocationFetch;
import throughline.identity.revocation.RevocationCheck;
import throughline.identity.revocation.RevocationStatus;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

/** A JSSE client at {@code openssl s_server}, which staples what our responder has said. */
@Timeout(60)
class StaplingTest {
    private static final Pattern ACCEPT = Pattern.compile("ACCEPT 127\\.0\\.0\\.1:(\\d+)");

    private final InstantSource clock = InstantSource.system();
    private final RevocationServer server = RevocationServer.start(clock);
    private final CertificateAuthority authority = CertificateAuthority.root("Asked Root", clock);
    private final Identity identity = authority.issue(LeafRequest.server("localhost")
            .withRevocationSources(Optional.empty(), Optional.of(server.ocsp(authority))));

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2,false", "TLSv1.3,false", "TLSv1.2,true", "TLSv1.3,true"})
    void stapledAnswerIsJudgedWithoutAFetch(String version, boolean revoked)
            throws IOException, GeneralSecurityException, UnusableIdentityException {
        if (revoked) {
            server.revokeByOcsp(authority, identity.leaf());
        }
        byte[] staple = server.staple(authority, identity.leaf()).orElseThrow();

        StapleWatch watch = handshake(version, Optional.of(staple));

        assertThat(watch.staples()).containsExactly(staple);
        RevocationStatus status = judged(watch);
        assertThat(status.state()).as(status.text()).isEqualTo(revoked ? State.REVOKED : State.GOOD);
        assertThat(status.source()).isEqualTo(Source.STAPLED);
        assertThat(server.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void withoutAStapleTheResponderIsAsked(String version)
            throws IOException, GeneralSecurityException, UnusableIdentityException {
        StapleWatch watch = handshake(version, Optional.empty());

        assertThat(watch.staples()).isEmpty();
        assertThat(judged(watch).source()).isEqualTo(Source.OCSP);
        assertThat(server.asked()).hasSize(1);
    }

    private RevocationStatus judged(StapleWatch watch) throws UnusableIdentityException {
        return new RevocationCheck(new HttpRevocationFetch(), clock)
                .check(watch.chain(), trust(), watch.staples())
                .get(0);
    }

    private StapleWatch handshake(String version, Optional<byte[]> staple)
            throws IOException, GeneralSecurityException, UnusableIdentityException {
        OpenSslRun openSsl = OpenSslRun.in(folder);
        openSsl.pem("leaf.pem", identity.leaf());
        openSsl.pem("leaf.key", "PRIVATE KEY", identity.key().getEncoded());
        staple.ifPresent(answer -> openSsl.write("staple.der", answer));
        StapleWatch watch = new StapleWatch(trust());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {watch}, null);
        Process sServer = openSsl.start("s_server -accept 127.0.0.1:0 -naccept 1 -www -cert leaf.pem -key leaf.key"
                + (staple.isPresent() ? " -status_file staple.der" : ""));
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port(sServer))) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            return watch;
        } finally {
            sServer.destroy();
        }
    }

    private static int port(Process sServer) throws IOException {
        BufferedReader said =
                new BufferedReader(new InputStreamReader(sServer.getInputStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher accept = ACCEPT.matcher(line);
            if (accept.find()) {
                return Integer.parseInt(accept.group(1));
            }
        }
        throw new IOException("openssl s_server does not listen");
    }

    private Trust trust() throws UnusableIdentityException {
        return Trust.of(List.of(authority.certificate()));
    }
}
