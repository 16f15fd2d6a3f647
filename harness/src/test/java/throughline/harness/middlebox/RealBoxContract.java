package throughline.harness.middlebox;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import throughline.harness.middlebox.external.NotHereException;
import throughline.harness.middlebox.external.Product;
import throughline.harness.middlebox.external.RealBox;
import throughline.harness.middlebox.external.RealBoxes;
import throughline.harness.middlebox.external.RealSettings;

/** The contract, held by a real box. It serves all tests of its class, because Python takes a second to start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealBoxContract extends MiddleboxContract {
    private static final ProxyAccount SOMEBODY = new ProxyAccount("primary", "sesame");

    @Retention(RetentionPolicy.RUNTIME)
    @interface Of {
        RealBox value();
    }

    private final RealBox real = getClass().getAnnotation(Of.class).value();
    private Optional<EchoReplica> echo = Optional.empty();
    private Optional<Middlebox> running = Optional.empty();

    @Override
    MiddleboxKind kind() {
        return real.kind();
    }

    @Override
    EchoReplica replica() {
        if (echo.isEmpty()) {
            echo = Optional.of(replicaAt(PlainServer.LOOPBACK));
        }
        return echo.get();
    }

    EchoReplica replicaAt(InetSocketAddress address) {
        return kind().endsTls() ? EchoReplica.overHttpInTurn(address) : EchoReplica.plain(address);
    }

    @Override
    Middlebox open(EchoReplica behind) {
        if (running.isEmpty()) {
            running = Optional.of(start(real, behind));
        }
        return running.get();
    }

    @Override
    Optional<Middlebox> openGuarded(EchoReplica behind) {
        return Optional.of(
                start(real.product() == Product.SQUID ? RealBox.SQUID_LOGIN : RealBox.TINYPROXY_LOGIN, behind));
    }

    @Override
    TestClient enter(Middlebox through) throws IOException {
        return RealClient.enter(
                through,
                replica().server().address().getPort(),
                asksForLogin() ? Optional.of(SOMEBODY) : Optional.empty());
    }

    private boolean asksForLogin() {
        return real == RealBox.SQUID_LOGIN || real == RealBox.TINYPROXY_LOGIN;
    }

    /** Squid dials the port that the request inside names, not that of CONNECT. */
    @Override
    String host() {
        return "replica.test:" + replica().server().address().getPort();
    }

    @Override
    Optional<String> exception(Clause clause) {
        return RealExceptions.of(real, clause);
    }

    @Override
    void finished(Middlebox used, EchoReplica behind) {
        // It serves the next test, too.
    }

    @Test
    @Override
    void closingLeavesNoThreadAndNoPort() throws IOException {
        super.closingLeavesNoThreadAndNoPort();
        forget();
    }

    /** The next test opens another. */
    void forget() {
        running = Optional.empty();
    }

    @AfterAll
    void end() throws IOException {
        running.ifPresent(Middlebox::close);
        if (echo.isPresent()) {
            echo.get().close();
        }
    }

    Middlebox start(RealBox box, EchoReplica behind) {
        try {
            return RealBoxes.open(box, settings(behind));
        } catch (NotHereException e) {
            return abort(e.getMessage());
        }
    }

    static RealSettings settings(EchoReplica behind) {
        return RealSettings.onLoopback(
                "replica.test",
                behind.server().address(),
                SOMEBODY,
                Pki.LABORATORY.inspector(),
                Pki.laboratory(),
                Pki.REPLICA,
                Pki.PRIMARY);
    }
}
