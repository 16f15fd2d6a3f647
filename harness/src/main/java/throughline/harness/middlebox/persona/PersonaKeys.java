package throughline.harness.middlebox.persona;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import throughline.certs.ForgedLeaf;
import throughline.certs.KeyType;
import throughline.harness.middlebox.HeaderField;
import throughline.harness.middlebox.InspectorHttp;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.Probe;
import throughline.harness.middlebox.ReplicaFault;
import throughline.harness.middlebox.WhenClientCertificateDemanded;
import throughline.harness.middlebox.Wording;

/** The list of everything that a persona can say. */
final class PersonaKeys {
    static final PersonaKey SOURCE = PersonaKey.general(
            "source", "TEXT", "where the lines behind it are documented or recorded, up to the next source", true);
    static final PersonaKey TITLE = PersonaKey.general("title", "TEXT", "one line for lists", false);
    static final PersonaKey BOX = PersonaKey.general("box", Values.boxes(), "which kind of box it sets up", false);
    static final PersonaKey ADVERSITY =
            PersonaKey.general("adversity", "WORD[:VALUE]...", "how it misbehaves, as on the command line", true);
    static final PersonaKey AUTHORITY = PersonaKey.once(
            "authority", "DN", "the name of its authority, such as O=Fortinet, CN=FortiGate CA", Values::checkName);

    static final List<PersonaKey> ALL = all();

    private PersonaKeys() {}

    private static List<PersonaKey> all() {
        List<PersonaKey> keys = new ArrayList<>(List.of(TITLE, BOX, SOURCE, ADVERSITY, AUTHORITY));
        keys.addAll(behaviour());
        keys.addAll(leaf());
        keys.addAll(http());
        for (ReplicaFault fault : ReplicaFault.values()) {
            keys.addAll(wording(fault));
        }
        return List.copyOf(keys);
    }

    private static List<PersonaKey> behaviour() {
        List<WhenClientCertificateDemanded> ways = Arrays.stream(WhenClientCertificateDemanded.values())
                .filter(way -> !way.presents())
                .toList();
        List<WhenClientCertificateDemanded> late =
                ways.stream().filter(way -> !way.looksFirst()).toList();
        return List.of(
                PersonaKey.once(
                        "when-demanded",
                        Values.form(ways, WhenClientCertificateDemanded::word),
                        "what it does when the replica demands a client certificate",
                        (inspector, value) -> inspector.whenClientCertificateDemanded(
                                Values.word(value, ways, WhenClientCertificateDemanded::word))),
                PersonaKey.once(
                        "when-demanded-late",
                        Values.form(late, WhenClientCertificateDemanded::word),
                        "the same where the replica ends the session behind the handshake, as with TLS 1.3",
                        (inspector, value) -> inspector.whenDemandedLate(
                                Values.word(value, late, WhenClientCertificateDemanded::word))),
                PersonaKey.once(
                        "probe",
                        Values.form(List.of(Probe.values()), Probe::word),
                        "whether it makes a handshake of its own before it passes an exempt host",
                        (inspector, value) ->
                                inspector.probe(Values.word(value, List.of(Probe.values()), Probe::word))),
                PersonaKey.often(
                        "exempt",
                        "HOST",
                        "a host that it passes untouched",
                        (inspector, value) -> inspector.exempt(Values.host(value))),
                PersonaKey.once(
                        "check-replica",
                        Values.YES_OR_NO,
                        "whether it checks the replica's certificate",
                        (inspector, value) -> {
                            if (!Values.yes(value)) {
                                inspector.trustEveryReplica();
                            }
                        }),
                PersonaKey.once(
                        "forward-hello",
                        Values.YES_OR_NO,
                        "whether it sends the client's hello on before it forges",
                        (inspector, value) -> {
                            if (Values.yes(value)) {
                                inspector.forwardHello();
                            }
                        }));
    }

    private static List<PersonaKey> leaf() {
        List<ForgedLeaf.Subject> subjects = List.of(ForgedLeaf.Subject.values());
        List<ForgedLeaf.Extensions> extensions = List.of(ForgedLeaf.Extensions.values());
        return List.of(
                PersonaKey.once(
                        "leaf.subject",
                        Values.form(subjects, Values::replicas),
                        "whose subject its certificates have",
                        (inspector, value) ->
                                inspector.leaf(leaf -> leaf.subject(Values.word(value, subjects, Values::replicas)))),
                PersonaKey.once(
                        "leaf.dates",
                        Values.DATES,
                        "whose dates, or from and to how many days after they are made",
                        (inspector, value) -> inspector.leaf(leaf -> leaf.validity(Values.dates(value)))),
                PersonaKey.once(
                        "leaf.key",
                        Values.form(List.of(KeyType.values()), KeyType::id),
                        "what key",
                        (inspector, value) -> inspector.leaf(
                                leaf -> leaf.keyType(Values.word(value, List.of(KeyType.values()), KeyType::id)))),
                PersonaKey.once(
                        "leaf.extensions",
                        Values.form(extensions, Values::replicas),
                        "what stands beside the alternative names",
                        (inspector, value) -> inspector.leaf(
                                leaf -> leaf.extensions(Values.word(value, extensions, Values::replicas)))),
                PersonaKey.once(
                        "leaf.authority-copies",
                        "0 to 3",
                        "how often the authority's certificate follows on the wire",
                        (inspector, value) ->
                                inspector.leaf(leaf -> leaf.authorityCopies((int) Values.number(value, 0, 3)))));
    }

    private static List<PersonaKey> http() {
        return List.of(
                PersonaKey.once(
                        "http",
                        Values.form(List.of(InspectorHttp.values()), Values::http),
                        "which HTTP it speaks: 1.1 alone, or HTTP/2 with a client that does",
                        (inspector, value) ->
                                inspector.http(Values.word(value, List.of(InspectorHttp.values()), Values::http))),
                PersonaKey.once(
                        "connect.reason",
                        "TEXT",
                        "what stands behind the 200 to CONNECT",
                        InspectorSettings.Builder::connectReason),
                PersonaKey.once(
                        "connect.agent",
                        "NAME or none",
                        "how it calls itself in answers to CONNECT",
                        (inspector, value) -> inspector.agent(Values.unlessNone(value))),
                PersonaKey.once("via", "NAME or none", "what it leaves in Via", (inspector, value) -> {
                    Optional<String> name = Values.unlessNone(value);
                    if (name.isPresent()) {
                        inspector.via(name.get());
                    } else {
                        inspector.withoutVia();
                    }
                }),
                PersonaKey.often(
                        "header.request",
                        Values.HEADER,
                        "a field that it adds to every request",
                        (inspector, value) -> {
                            HeaderField field = Values.header(value);
                            inspector.addRequestHeader(field.name(), field.value());
                        }),
                PersonaKey.often(
                        "header.answer", Values.HEADER, "a field that it adds to every answer", (inspector, value) -> {
                            HeaderField field = Values.header(value);
                            inspector.addAnswerHeader(field.name(), field.value());
                        }),
                PersonaKey.often(
                        "header.remove",
                        "NAME",
                        "a field that it takes out of requests and answers",
                        (inspector, value) -> inspector.removeHeader(Values.token(value))),
                PersonaKey.once(
                        "forwarded-for",
                        Values.YES_OR_NO,
                        "whether it tells the replica the client's address in X-Forwarded-For",
                        (inspector, value) -> {
                            if (Values.yes(value)) {
                                inspector.forwardClientAddress();
                            }
                        }),
                PersonaKey.once(
                        "buffer-bodies",
                        Values.YES_OR_NO,
                        "whether it sends a request on only when it has all of it",
                        (inspector, value) -> {
                            if (Values.yes(value)) {
                                inspector.bufferBodies();
                            }
                        }),
                PersonaKey.once(
                        "longest-declared",
                        "BYTES STATUS REASON",
                        "the largest Content-Length that it lets pass, and what it answers to more",
                        (inspector, value) -> inspector.longestDeclared(Values.longestDeclared(value))));
    }

    private static List<PersonaKey> wording(ReplicaFault fault) {
        return List.of(
                PersonaKey.once(
                        fault.word() + ".answer",
                        Values.ANSWER,
                        "what it answers when " + fault.title(),
                        (inspector, value) -> {
                            Wording said = Values.answer(value);
                            inspector.wording(fault, wording -> wording.answer(said.status(), said.reason()));
                        }),
                PersonaKey.often(
                        fault.word() + ".header",
                        Values.HEADER,
                        "a field of that answer",
                        (inspector, value) -> inspector.wording(fault, wording -> wording.with(Values.header(value)))),
                PersonaKey.once(
                        fault.word() + ".page",
                        "TEXT",
                        "the text of its page",
                        (inspector, value) -> inspector.wording(fault, wording -> wording.page(value))));
    }
}
