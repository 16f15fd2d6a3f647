package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ChangingFilesTest {
    private static final String P256 = "ec -pkeyopt ec_paramgen_curve:P-256";

    @TempDir
    static Path made;

    @TempDir
    Path folder;

    private CredentialsSource source;

    @BeforeAll
    static void makeIdentities() {
        OpenSsl.in(made).selfSigned("old", P256).selfSigned("new", P256);
    }

    @BeforeEach
    void open() throws IOException {
        put("old.pem", "own.pem");
        put("old.key", "own.key");
        put("old.pem", "trust.pem");
        source = CredentialsSource.files(files(folder), Duration.ZERO);
    }

    @Test
    void filesThatStayAreTheSameCredentials() throws Exception {
        assertThat(source.current()).isEqualTo(source.current());
        assertThat(subject(source)).isEqualTo("CN=old");
        assertThat(source.current().trust().anchors())
                .singleElement()
                .satisfies(anchor ->
                        assertThat(anchor.getSubjectX500Principal().getName()).isEqualTo("CN=old"));
    }

    @Test
    void aRenewedPairComesIntoForce() throws Exception {
        subject(source);
        put("new.pem", "own.pem");
        put("new.key", "own.key");

        assertThat(subject(source)).isEqualTo("CN=new");
    }

    @Test
    void aNewTrustComesIntoForce() throws Exception {
        subject(source);
        put("new.pem", "trust.pem");

        assertThat(source.current().trust().anchors())
                .singleElement()
                .satisfies(anchor ->
                        assertThat(anchor.getSubjectX500Principal().getName()).isEqualTo("CN=new"));
    }

    @Test
    void aNewKeyIsNeverCombinedWithAnOldCertificate() throws Exception {
        subject(source);
        put("new.key", "own.key");

        assertThatThrownBy(source::current)
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessageContaining("does not match the certificate CN=old");

        put("new.pem", "own.pem");

        assertThat(subject(source)).isEqualTo("CN=new");
    }

    @Test
    void aHalfWrittenFileIsUnusableUntilTheRestIsThere() throws Exception {
        subject(source);
        String key = Files.readString(made.resolve("new.key"));
        put("new.pem", "own.pem");
        Files.writeString(folder.resolve("own.key"), key.substring(0, key.length() / 2));

        assertThatThrownBy(source::current)
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessageContaining("own.key");

        put("new.key", "own.key");

        assertThat(subject(source)).isEqualTo("CN=new");
    }

    @Test
    void aFileThatIsGoneIsNamed() throws Exception {
        subject(source);
        Files.delete(folder.resolve("own.key"));

        assertThatThrownBy(source::current)
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage(folder.resolve("own.key") + ": There is no such file.");
    }

    /** As one renewal right after another leaves it, on a file system whose times are coarse. */
    @Test
    void aChangeThatLeavesSizeAndTimeAsTheyWereIsSeenWhileTheTimeIsFresh() throws Exception {
        Path trust = folder.resolve("trust.pem");
        String text = Files.readString(trust);
        FileTime fresh = FileTime.from(Instant.now().plus(Duration.ofHours(1)));
        Files.setLastModifiedTime(trust, fresh);
        subject(source);

        Files.writeString(trust, text.replace("BEGIN", "BEGUN"));
        Files.setLastModifiedTime(trust, fresh);

        assertThatThrownBy(source::current)
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessageContaining("trust.pem");
    }

    @Test
    void filesThatHaveSettledAreReadOnce() throws Exception {
        for (String file : new String[] {"own.pem", "own.key", "trust.pem"}) {
            Files.setLastModifiedTime(folder.resolve(file), FileTime.fromMillis(1_000_000_000_000L));
        }

        Credentials first = source.current();

        assertThat(source.current()).isSameAs(first);
    }

    @Test
    void betweenTwoLooksNothingIsRead() throws Exception {
        CredentialsSource daily = CredentialsSource.files(files(folder), Duration.ofDays(1));
        daily.current();
        put("new.pem", "own.pem");
        put("new.key", "own.key");

        assertThat(subject(daily)).isEqualTo("CN=old");
    }

    /** As Kubernetes publishes a mounted secret: all files at once, by turning one link. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
    void aLinkThatIsTurnedIsAChange() throws Exception {
        Path first = Files.createDirectory(folder.resolve("1"));
        Path second = Files.createDirectory(folder.resolve("2"));
        for (String kind : new String[] {".pem", ".key"}) {
            Files.copy(made.resolve("old" + kind), first.resolve("own" + kind));
            Files.copy(made.resolve("new" + kind), second.resolve("own" + kind));
            Files.setLastModifiedTime(first.resolve("own" + kind), FileTime.fromMillis(1_000_000_000_000L));
            Files.setLastModifiedTime(second.resolve("own" + kind), FileTime.fromMillis(1_000_000_000_000L));
        }
        Files.copy(made.resolve("old.pem"), first.resolve("trust.pem"));
        Files.copy(made.resolve("old.pem"), second.resolve("trust.pem"));
        Path link = Files.createSymbolicLink(folder.resolve("data"), first);
        CredentialsSource linked = CredentialsSource.files(files(link), Duration.ZERO);
        assertThat(subject(linked)).isEqualTo("CN=old");

        Path turned = Files.createSymbolicLink(folder.resolve("data.next"), second);
        Files.move(turned, link, StandardCopyOption.ATOMIC_MOVE);

        assertThat(subject(linked)).isEqualTo("CN=new");
    }

    @Test
    void aKeyWithoutACertificateIsRefused() {
        assertThatThrownBy(() -> new CredentialFiles(
                        Optional.empty(), Optional.of(Path.of("own.key")), Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a key's file without a certificate's");
    }

    private static CredentialFiles files(Path folder) {
        return new CredentialFiles(
                Optional.of(folder.resolve("own.pem")),
                Optional.of(folder.resolve("own.key")),
                Optional.empty(),
                Optional.of(folder.resolve("trust.pem")));
    }

    private void put(String from, String to) throws IOException {
        Files.copy(made.resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String subject(CredentialsSource source) throws UnusableIdentityException {
        return source.current()
                .identity()
                .orElseThrow()
                .leaf()
                .getSubjectX500Principal()
                .getName();
    }
}
