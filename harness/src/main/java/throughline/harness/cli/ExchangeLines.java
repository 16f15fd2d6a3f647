package throughline.harness.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.ChangeSetId;
import throughline.replica.ExchangeKind;
import throughline.replica.ReceivedExchange;
import throughline.replica.ReceivedExchange.End;

/** A line for each change set that a replica has applied, and for each request that it refused. */
final class ExchangeLines {
    private final Terminal terminal;

    ExchangeLines(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(ReceivedExchange exchange) {
        if (exchange.kind() == ExchangeKind.COMMIT && exchange.end() == End.ANSWERED) {
            print("receipt for "
                    + exchange.changeSet().map(ChangeSetId::toString).orElse("a change set"));
        }
        if (exchange.end() == End.REFUSED && !isAskingOnly(exchange)) {
            print("refused " + what(exchange) + ": "
                    + exchange.refusal().map(RefusalReason::code).orElse("without a reason"));
        }
    }

    /** How a primary finds out that it is the first to come with a machine. */
    private static boolean isAskingOnly(ReceivedExchange exchange) {
        return exchange.kind() == ExchangeKind.STATE
                && exchange.refusal()
                        .filter(RefusalReason.UNKNOWN_MACHINE::equals)
                        .isPresent();
    }

    private static String what(ReceivedExchange exchange) {
        String kind = exchange.kind().name().toLowerCase(Locale.ROOT);
        return kind + exchange.machine().map(machine -> " of " + machine).orElse("");
    }

    private void print(String line) {
        terminal.out().println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
        terminal.out().flush();
    }
}
