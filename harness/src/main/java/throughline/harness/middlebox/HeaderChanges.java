package throughline.harness.middlebox;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.net.InetAddress;
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
 * @param toReplica fields that it adds to requests only, likewise
 * @param toClient fields that it adds to answers only, likewise
 * @param forwardedFor whether it tells the replica the client's address in {@code X-Forwarded-For}
 */
public record HeaderChanges(
        Optional<String> via,
        List<HeaderField> added,
        Set<String> removed,
        List<HeaderField> toReplica,
        List<HeaderField> toClient,
        boolean forwardedFor) {
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection");

    public HeaderChanges {
        added = List.copyOf(added);
        toReplica = List.copyOf(toReplica);
        toClient = List.copyOf(toClient);
        removed = removed.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(toUnmodifiableSet());
        Stream<String> set =
                Stream.of(added, toReplica, toClient).flatMap(List::stream).map(HeaderChanges::key);
        Stream.concat(removed.stream(), set)
                .filter(FRAMING::contains)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "header " + name + "; accepted are those that do not say where a message ends");
                });
    }

    /** Whether it says where a message ends, or what becomes of the connection: that is the box's to say. */
    public static boolean frames(HeaderField field) {
        return FRAMING.contains(key(field));
    }

    /** Leaves {@code Via} and nothing else. */
    static HeaderChanges via(String name) {
        return new HeaderChanges(Optional.of(name), List.of(), Set.of(), List.of(), List.of(), false);
    }

    /** Whether anything but {@code Via} is changed. */
    boolean touchFields() {
        return forwardedFor || Stream.of(added, removed, toReplica, toClient).anyMatch(changes -> !changes.isEmpty());
    }

    /**
     * A request as it goes on.
     *
     * @param last whether it is the last one of the connection
     */
    HttpHead request(HttpHead head, boolean last, InetAddress client) {
        List<HeaderField> set = new ArrayList<>(added);
        set.addAll(toReplica);
        if (forwardedFor) {
            set.add(new HeaderField("X-Forwarded-For", client.getHostAddress()));
        }
        return apply(head, "1.1", last, set);
    }

    /**
     * An answer as it goes on.
     *
     * @param version of the message that was received
     */
    HttpHead answer(HttpHead head, String version, boolean last) {
        List<HeaderField> set = new ArrayList<>(added);
        set.addAll(toClient);
        return apply(head, version, last, set);
    }

    private HttpHead apply(HttpHead head, String version, boolean last, List<HeaderField> set) {
        Set<String> replaced = set.stream().map(HeaderChanges::key).collect(toUnmodifiableSet());
        List<HttpHead.Field> kept = head.fields().stream()
                .filter(field -> {
                    String name = field.name().toLowerCase(Locale.ROOT);
                    return !removed.contains(name) && !replaced.contains(name);
                })
                .toList();
        List<HttpHead.Field> more = new ArrayList<>();
        via.ifPresent(name -> more.add(new HttpHead.Field("Via", version + " " + name)));
        set.forEach(field -> more.add(new HttpHead.Field(field.name(), field.value())));
        if (last) {
            more.add(new HttpHead.Field("Connection", "close"));
        }
        return new HttpHead(head.startLine(), kept).forwarded(more);
    }

    private static String key(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT);
    }
}
