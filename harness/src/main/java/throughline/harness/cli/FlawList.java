package throughline.harness.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import throughline.certs.Flaw;
import throughline.certs.Usage;
import throughline.protocol.Json;

/** What {@code throughline certs --list} prints. */
final class FlawList {
    private FlawList() {}

    /** One flaw; its ends are {@code host}, {@code client} or both. */
    record Entry(String id, List<String> ends, String description, String clause) {
        static Entry of(Flaw flaw) {
            return new Entry(flaw.id(), ends(flaw), flaw.description(), flaw.clause());
        }

        String text() {
            return id + " (" + String.join(", ", ends) + "; " + clause + ")\n    " + description + "\n";
        }

        private static List<String> ends(Flaw flaw) {
            return flaw.usages().stream()
                    .sorted()
                    .map(end -> end == Usage.SERVER ? "host" : "client")
                    .toList();
        }
    }

    static void print(Terminal terminal, boolean json) {
        List<Entry> entries = Arrays.stream(Flaw.values()).map(Entry::of).toList();
        terminal.out()
                .print(
                        json
                                ? Json.plain().pretty(entries)
                                : entries.stream().map(Entry::text).collect(Collectors.joining()));
        terminal.out().flush();
    }
}
