package throughline.harness.conformance;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;
import throughline.protocol.ReplicaView;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

/** An answer that {@code docs/wire.md} promises. */
public sealed interface Promise {

    /** What is promised, for people. */
    String shown();

    /** Whether the reply is that. Unknown fields are no deviation. */
    boolean isKeptBy(Reply reply, String attempt);

    /**
     * A message in JSON.
     *
     * @param fields by their names, those of an object in an object behind a dot; what is not named may be anything. The
     *     value {@link #ABSENT} says that the field is left out
     */
    record Message(String mediaType, Map<String, Object> fields) implements Promise {
        static final String ABSENT = "(absent)";

        public Message {
            fields = Map.copyOf(fields);
        }

        @Override
        public String shown() {
            return "200 " + mediaType + " with " + new TreeMap<>(fields);
        }

        @Override
        public boolean isKeptBy(Reply reply, String attempt) {
            if (reply.status() != 200 || !reply.mediaType().equals(mediaType)) {
                return false;
            }
            try {
                Map<?, ?> message = Json.plain().decode(reply.bytes(), Map.class);
                return fields.entrySet().stream()
                        .allMatch(field -> String.valueOf(field.getValue()).equals(value(message, field.getKey())));
            } catch (MalformedMessageException notJson) {
                return false;
            }
        }

        private static String value(Map<?, ?> message, String path) {
            Object value = message;
            for (String name : path.split("\\.", -1)) {
                value = value instanceof Map<?, ?> object ? object.get(name) : null;
            }
            return Objects.requireNonNullElse(value, ABSENT).toString();
        }
    }

    /** A list of machines, with this one in it. */
    record MachineAmong(String machine) implements Promise {

        @Override
        public String shown() {
            return "200 " + MediaTypes.MACHINES + " with " + machine + " among them";
        }

        @Override
        public boolean isKeptBy(Reply reply, String attempt) {
            try {
                Map<?, ?> message = Json.plain().decode(reply.bytes(), Map.class);
                return reply.status() == 200
                        && reply.mediaType().equals(MediaTypes.MACHINES)
                        && (Boolean.TRUE.equals(message.get("more")) || isAmong(message.get("machines")));
            } catch (MalformedMessageException notJson) {
                return false;
            }
        }

        private boolean isAmong(@Nullable Object machines) {
            return machines instanceof List<?> list
                    && list.stream()
                            .anyMatch(one -> one instanceof Map<?, ?> state && machine.equals(state.get("machine")));
        }
    }

    /**
     * Bytes.
     *
     * @param hex all of them
     */
    record Bytes(String mediaType, String hex) implements Promise {

        @Override
        public String shown() {
            return "200 " + mediaType + " " + hex;
        }

        @Override
        public boolean isKeptBy(Reply reply, String attempt) {
            return reply.status() == 200
                    && reply.mediaType().equals(mediaType)
                    && HexFormat.of().formatHex(reply.bytes()).equals(hex);
        }
    }

    /** The signed view of an announcement. */
    record View(String nonce) implements Promise {

        @Override
        public String shown() {
            return "200 " + MediaTypes.VIEW
                    + ", signed by its first certificate, with the announcement's attempt and nonce";
        }

        @Override
        public boolean isKeptBy(Reply reply, String attempt) {
            if (reply.status() != 200 || !reply.mediaType().equals(MediaTypes.VIEW)) {
                return false;
            }
            try {
                ReplicaView view = ViewSignature.open(Json.plain().decode(reply.bytes(), SignedView.class))
                        .view();
                return view.nonce().equals(nonce) && view.attempt().equals(attempt);
            } catch (MalformedMessageException notSigned) {
                return false;
            }
        }
    }

    /** A problem with this type and its status. */
    record Refusal(RefusalReason reason) implements Promise {

        @Override
        public String shown() {
            return reason.status() + " " + MediaTypes.PROBLEM + " " + reason.type();
        }

        @Override
        public boolean isKeptBy(Reply reply, String attempt) {
            try {
                return reply.status() == reason.status()
                        && reply.mediaType().equals(MediaTypes.PROBLEM)
                        && reason.type()
                                .equals(Json.plain()
                                        .decode(reply.bytes(), Map.class)
                                        .get("type"));
            } catch (MalformedMessageException notJson) {
                return false;
            }
        }
    }
}
