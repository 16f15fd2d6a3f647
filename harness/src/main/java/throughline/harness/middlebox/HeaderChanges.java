package throughline.harness.middlebox;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an inspector does to the header fields that pass through it, in requests and in answers.
 *
 * @param via the name that it leaves in {@code Via} (RFC 9110, 7.6.3); absent for none
 * @param added fields that it adds, in place of those of the same name
 * @param removed names of fields that it takes out
 */
public record HeaderChanges(Optional<String> via, List<HeaderField> added, Set<String> removed) {
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection");

    public HeaderChanges {
        added = List.copyOf(added);
        removed = removed.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(toUnmodifiableSet());
        Stream.concat(removed.stream(), added.stream().map(field -> field.name().toLowerCase(Locale.ROOT)))
                .filter(FRAMING::contains)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "header " + name + "; accepted are those that do not say where a message ends");
                });
    }

    /** Whether anything but {@code Via} is changed. */
    boolean touchFields() {
        return !added.isEmpty() || !removed.isEmpty();
    }

    /**
     * What goes to the next hop.
     *
     * @param version of the message that was received
     * @param last whether it is the last one of the connection
     */
    HttpHead apply(HttpHead head, String version, boolean last) {
        Set<String> replaced = added.stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .collect(toUnmodifiableSet());
        List<HttpHead.Field> kept = head.fields().stream()
                .filter(field -> {
                    String name = field.name().toLowerCase(Locale.ROOT);
                    return !removed.contains(name) && !replaced.contains(name);
                })
                .toList();
        List<HttpHead.Field> more = new ArrayList<>();
        via.ifPresent(name -> more.add(new HttpHead.Field("Via", version + " " + name)));
        added.forEach(field -> more.add(new HttpHead.Field(field.name(), field.value())));
        if (last) {
            more.add(new HttpHead.Field("Connection", "close"));
        }
        return new HttpHead(head.startLine(), kept).forwarded(more);
    }
}
