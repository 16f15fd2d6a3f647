package throughline.harness.topology;

import java.util.List;
import throughline.harness.middlebox.Treatment;

/** One box each, set up as a product behaves. The primary trusts the product's authority, as administrators set it up. */
final class PersonaTopologies {
    static final List<Topology> ALL = List.of(
            inspected(
                    "forefront-tmg-2010",
                    "Forefront TMG 2010 that inspects the replica: 502 in place of a tunnel",
                    true,
                    Treatment.REFUSED),
            exempt("forefront-tmg-2010", "Forefront TMG 2010, the replica exempt, its certificate validated", true),
            exempt(
                    "forefront-tmg-2010-no-validation",
                    "Forefront TMG 2010, the replica exempt and on No Validation",
                    false),
            inspected(
                    "forefront-tmg-2010-rtm",
                    "Forefront TMG 2010 before SP1 that inspects the replica",
                    true,
                    Treatment.REFUSED),
            inspected("fortigate-bypass", "FortiGate with client-certificate bypass", false, Treatment.PASSED),
            inspected("fortigate-inspect", "FortiGate with client-certificate inspect", false, Treatment.TERMINATED),
            inspected("fortigate-block", "FortiGate with client-certificate block", false, Treatment.TERMINATED),
            inspected(
                    "palo-alto",
                    "Palo Alto Networks, blocking sessions with client authentication",
                    false,
                    Treatment.TERMINATED),
            inspected("zscaler", "Zscaler Internet Access with SSL inspection", true, Treatment.TERMINATED),
            inspected("squid-bump", "squid with bump", true, Treatment.TERMINATED),
            inspected("squid-stare", "squid with stare and bump", true, Treatment.TERMINATED),
            inspected("squid-peek", "squid with peek and bump", true, Treatment.TERMINATED),
            inspected("mitmproxy", "mitmproxy in its regular mode", true, Treatment.TERMINATED),
            inspected("captive-portal", "a captive portal that answers 511", false, Treatment.REFUSED));

    private PersonaTopologies() {}

    private static Topology inspected(String persona, String title, boolean explicit, Treatment treatment) {
        return new Topology(
                "persona-" + persona,
                title,
                List.of(new Hop.Persona(persona, explicit, treatment, false, false)),
                true);
    }

    private static Topology exempt(String persona, String title, boolean validates) {
        return new Topology(
                "persona-" + persona + "-exempt",
                title,
                List.of(new Hop.Persona(persona, true, Treatment.PASSED, true, validates)),
                true);
    }
}
