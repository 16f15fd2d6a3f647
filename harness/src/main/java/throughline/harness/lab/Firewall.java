package throughline.harness.lab;

import java.util.List;
import java.util.Locale;

/** What turns connections round on a router. */
enum Firewall {
    NFT {
        @Override
        List<String> redirect(String from, int port, int to) {
            String rules = String.format(
                    Locale.ROOT,
                    "add table ip lab; "
                            + "add chain ip lab way { type nat hook prerouting priority dstnat; }; "
                            + "add rule ip lab way iifname \"%s\" tcp dport %d redirect to :%d",
                    from,
                    port,
                    to);
            return List.of("nft", rules);
        }
    },
    IPTABLES {
        @Override
        List<String> redirect(String from, int port, int to) {
            return List.of(
                    "iptables",
                    "-t",
                    "nat",
                    "-A",
                    "PREROUTING",
                    "-i",
                    from,
                    "-p",
                    "tcp",
                    "--dport",
                    String.valueOf(port),
                    "-j",
                    "REDIRECT",
                    "--to-ports",
                    String.valueOf(to));
        }
    };

    /** The command by which TCP that comes in at a link for a port goes to a port of the router itself. */
    abstract List<String> redirect(String from, int port, int to);

    String program() {
        return name().toLowerCase(Locale.ROOT);
    }
}
