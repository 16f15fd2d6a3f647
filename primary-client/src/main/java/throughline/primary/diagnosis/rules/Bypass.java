package throughline.primary.diagnosis.rules;

import java.util.Map;
import java.util.Optional;
import throughline.primary.evidence.Setup;

/** How to exempt exactly the replica from inspection, in the words of the product. Never: "turn inspection off". */
final class Bypass {
    /**
     * {@code %1$s} is the replica's host name, {@code %2$s} a regular expression for it. Sources stand beside the products in
     * interceptors.tsv.
     */
    private static final Map<String, String> RECIPES = Map.of(
            "Microsoft Forefront TMG",
            "In Forefront TMG, open Web Access Policy > Configure HTTPS Inspection > Destination Exceptions and add a domain"
                    + " name set with %1$s; choose No Validation for it if its authority is a private one.",
            "Squid",
            "In squid.conf, put before the bump rule:%n  acl step1 at_step SslBump1%n  acl replica ssl::server_name %1$s%n"
                    + "  ssl_bump peek step1%n  ssl_bump splice replica",
            "mitmproxy",
            // 8.1.1 compares with the bare name, later ones with name and port.
            "Start mitmproxy with --ignore-hosts '^%2$s(:\\d+)?$'",
            "FortiGate",
            "On the FortiGate, set client-certificate bypass in the ssl-ssh-profile in use (config https), or add %1$s to its"
                    + " ssl-exempt list.",
            "Zscaler",
            "In Zscaler, add an SSL/TLS Inspection rule of order 1 for a URL category that contains %1$s, action Do Not"
                    + " Inspect.",
            "Palo Alto Networks",
            "On the Palo Alto firewall, add %1$s under Device > Certificate Management > SSL Decryption Exclusion.");

    private Bypass() {}

    static String remedy(Optional<Interceptor> product, Setup setup) {
        String host = setup.host();
        return product.map(Interceptor::product)
                .flatMap(name -> Optional.ofNullable(RECIPES.get(name)))
                .map(recipe -> recipe.formatted(host, host.replace(".", "\\.")))
                .orElseGet(() -> "On the inspecting proxy"
                        + setup.proxy().map(proxy -> " " + proxy).orElse("")
                        + ", exempt exactly " + host + " from HTTPS inspection"
                        + " (also called destination exception, SSL bypass, do not decrypt), and every node behind that"
                        + " name. Leave inspection on for everything else.");
    }
}
