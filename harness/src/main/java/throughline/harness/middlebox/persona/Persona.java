package throughline.harness.middlebox.persona;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import throughline.certs.CertificateAuthority;
import throughline.harness.middlebox.Adversity;
import throughline.harness.middlebox.AdversityKind;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.MiddleboxKind;

/**
 * A box set up as a product behaves, as far as that is documented or recorded.
 *
 * @param name of the file, without its ending
 * @param title one line for lists
 * @param statements all lines but title, box and sources, in the order of the file
 */
public record Persona(String name, String title, MiddleboxKind box, List<Statement> statements) {
    private static final String AUTHORITY = "Throughline Inspection Authority";

    public Persona {
        statements = List.copyOf(statements);
    }

    /** Whether it sets up an inspector, and not a box that passes bytes. */
    public boolean inspects() {
        return inspects(box);
    }

    /** Whether it can set up a box of this kind: its own, or the other inspector. */
    public boolean fits(MiddleboxKind kind) {
        return kind == box || (inspects(kind) && inspects(box));
    }

    static boolean inspects(MiddleboxKind kind) {
        return kind == MiddleboxKind.INSPECTOR || kind == MiddleboxKind.TRANSPARENT_INSPECTOR;
    }

    /** Sets an inspector up; what is set afterwards has the last word. */
    public InspectorSettings.Builder setUp(InspectorSettings.Builder inspector) {
        statements.forEach(statement -> statement.key().setter().set(inspector, statement.value()));
        return inspector;
    }

    /** A new one with the name that the product gives its own; there is no other with its key. */
    public CertificateAuthority authority(InstantSource clock) {
        return values(PersonaKeys.AUTHORITY::equals)
                .findFirst()
                .map(name -> CertificateAuthority.root(Values.name(name), clock))
                .orElseGet(() -> CertificateAuthority.root(AUTHORITY, clock));
    }

    /** How it misbehaves, in the order of the file. */
    public List<Adversity> adversities() {
        return values(PersonaKeys.ADVERSITY::equals).map(AdversityKind::parse).toList();
    }

    /** Where its behaviour is documented or recorded, each place once, in the order of the file. */
    public List<String> sources() {
        return statements.stream()
                .map(Statement::source)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private Stream<String> values(Predicate<PersonaKey> wanted) {
        return statements.stream()
                .filter(statement -> wanted.test(statement.key()))
                .map(Statement::value);
    }
}
