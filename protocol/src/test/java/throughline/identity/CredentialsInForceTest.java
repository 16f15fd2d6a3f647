package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsInForceTest {
    private static final String P256 = "ec -pkeyopt ec_paramgen_curve:P-256";

    @TempDir
    static Path folder;

    private static Credentials old;
    private static Credentials renewed;

    private final List<String> told = new ArrayList<>();
    private CredentialsSource source = () -> old;

    @BeforeAll
    static void makeIdentities() throws Exception {
        OpenSsl.in(folder).selfSigned("old", P256).selfSigned("new", P256);
        old = credentials("old");
        renewed = credentials("new");
    }

    @Test
    void aChangeComesIntoForceAndIsTold() throws Exception {
        CredentialsInForce<Credentials> inForce = inForce();

        source = () -> renewed;

        assertThat(inForce.look()).isEqualTo(renewed);
        assertThat(inForce.inForce()).isEqualTo(renewed);
        assertThat(told).containsExactly("changed to CN=new");
    }

    @Test
    void equalCredentialsAreNoChange() throws Exception {
        AtomicInteger made = new AtomicInteger();
        CredentialsInForce<Integer> inForce =
                new CredentialsInForce<>(() -> source.current(), use -> made.incrementAndGet(), listener());

        source = () -> credentials("old");

        assertThat(inForce.look()).isEqualTo(1);
        assertThat(told).isEmpty();
    }

    @Test
    void aSourceThatFailsKeepsWhatIsInForceAndIsReportedOnce() throws Exception {
        CredentialsInForce<Credentials> inForce = inForce();

        source = () -> {
            throw new UnusableIdentityException("The key is damaged.");
        };
        inForce.look();

        assertThat(inForce.look()).isEqualTo(old);
        assertThat(told).containsExactly("unusable: The key is damaged.");
    }

    @Test
    void aFailureIsReportedAgainOnceTheSourceWasUsableInBetween() throws Exception {
        CredentialsInForce<Credentials> inForce = inForce();
        CredentialsSource failing = () -> {
            throw new UnusableIdentityException("The key is damaged.");
        };

        source = failing;
        inForce.look();
        source = () -> old;
        inForce.look();
        source = failing;
        inForce.look();

        assertThat(told).hasSize(2);
    }

    @Test
    void aSourceThatThrowsWhateverItLikesKeepsWhatIsInForce() throws Exception {
        CredentialsInForce<Credentials> inForce = inForce();

        source = () -> {
            throw new IllegalStateException("password hunter2");
        };

        assertThat(inForce.look()).isEqualTo(old);
        assertThat(told)
                .containsExactly(
                        "unusable: The source of the credentials failed with java.lang.IllegalStateException.");
    }

    @Test
    void whatAnEndpointCannotUseIsNotInForce() throws Exception {
        CredentialsInForce<Credentials> inForce = new CredentialsInForce<>(
                () -> source.current(),
                credentials -> {
                    if (credentials.equals(renewed)) {
                        throw new UnusableIdentityException("Not of use here.");
                    }
                    return credentials;
                },
                listener());

        source = () -> renewed;

        assertThat(inForce.look()).isEqualTo(old);
        assertThat(told).containsExactly("unusable: Not of use here.");
    }

    @Test
    void aListenerThatFailsStopsNothing() throws Exception {
        CredentialsInForce<Credentials> inForce =
                new CredentialsInForce<>(() -> source.current(), use -> use, new CredentialsListener() {
                    @Override
                    public void changed(Credentials credentials) {
                        throw new IllegalStateException("the listener's own fault");
                    }

                    @Override
                    public void unusable(UnusableIdentityException reason) {}
                });

        source = () -> renewed;

        assertThat(inForce.look()).isEqualTo(renewed);
    }

    @Test
    void nobodyWaitsForAnotherThreadsLook() throws Exception {
        CredentialsInForce<Credentials> inForce = inForce();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        source = () -> {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return renewed;
        };
        Thread slow = new Thread(inForce::look, "throughline-test-slow-source");
        slow.setDaemon(true);
        slow.start();
        asked.await();

        assertThat(inForce.look()).isEqualTo(old);

        answer.countDown();
        slow.join();
        assertThat(inForce.inForce()).isEqualTo(renewed);
    }

    @Test
    void withoutUsableCredentialsThereIsNoStart() {
        source = () -> {
            throw new UnusableIdentityException("The key is damaged.");
        };

        assertThatThrownBy(this::inForce)
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage("The key is damaged.");
    }

    private CredentialsInForce<Credentials> inForce() throws UnusableIdentityException {
        return new CredentialsInForce<>(() -> source.current(), use -> use, listener());
    }

    private CredentialsListener listener() {
        return new CredentialsListener() {
            @Override
            public void changed(Credentials credentials) {
                told.add("changed to "
                        + credentials.identity().orElseThrow().leaf().getSubjectX500Principal());
            }

            @Override
            public void unusable(UnusableIdentityException reason) {
                told.add("unusable: " + reason.getMessage());
            }
        };
    }

    private static Credentials credentials(String name) throws UnusableIdentityException {
        return new CredentialFiles(
                        Optional.of(folder.resolve(name + ".pem")),
                        Optional.of(folder.resolve(name + ".key")),
                        Optional.empty(),
                        Optional.of(folder.resolve(name + ".pem")))
                .read();
    }
}
