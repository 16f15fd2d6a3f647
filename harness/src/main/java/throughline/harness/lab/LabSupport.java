package throughline.harness.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a lab needs, tried and not guessed. A trial takes some 50 ms and leaves nothing. */
public final class LabSupport {
    /** Each program, with the Debian package that brings it. */
    private static final List<Map.Entry<String, String>> PROGRAMS = List.of(
            Map.entry("unshare", "util-linux"),
            Map.entry("setpriv", "util-linux"),
            Map.entry("mount", "mount"),
            Map.entry("ip", "iproute2"));

    private final Commands commands;
    private final String system;
    private final boolean root;

    LabSupport(Commands commands, String system, boolean root) {
        this.commands = commands;
        this.system = system;
        this.root = root;
    }

    /** What there is too little of on this machine for a {@link LabProcess} with labs in it; empty when they will work. */
    public static Optional<MissingPart> missing() {
        return Here.MISSING;
    }

    /** Tried once. */
    private static final class Here {
        static final Optional<MissingPart> MISSING =
                new LabSupport(new SystemCommands(), System.getProperty("os.name"), LabProcess.root()).firstMissing();
    }

    static void require() {
        missing().ifPresent(part -> {
            throw new LabUnavailableException(part);
        });
    }

    Optional<MissingPart> firstMissing() {
        if (!system.toLowerCase(Locale.ROOT).equals("linux")) {
            return missing("Linux; this is " + system);
        }
        for (Map.Entry<String, String> program : PROGRAMS) {
            if (!commands.has(program.getKey())) {
                return missing("the program " + program.getKey(), program.getValue());
            }
        }
        if (Arrays.stream(Firewall.values()).map(Firewall::program).noneMatch(commands::has)) {
            return missing("the program nft or iptables", "nftables");
        }
        return firstRefused();
    }

    private Optional<MissingPart> firstRefused() {
        Commands.Outcome entered = tried(LabProcess.mountMemory());
        if (!entered.good()) {
            return missing("root, or user namespaces that the system allows (" + entered.said() + ")");
        }
        Commands.Outcome linked =
                tried(List.of("ip", "link", "add", "lab0", "type", "veth", "peer", "name", "primary"));
        if (!linked.good()) {
            return missing("the kernel's veth links (" + linked.said() + ")");
        }
        Commands.Outcome redirected = new Commands.Outcome(Commands.NOT_FOUND, "");
        for (Firewall firewall : Firewall.values()) {
            redirected = tried(firewall.redirect("primary", 443, 8443));
            if (redirected.good()) {
                return Optional.empty();
            }
        }
        return missing("a kernel that redirects (" + redirected.said() + ")");
    }

    private Commands.Outcome tried(List<String> command) {
        List<String> words = LabProcess.unshare(root);
        words.addAll(command);
        return commands.run(words);
    }

    private static Optional<MissingPart> missing(String what) {
        return Optional.of(new MissingPart(what, Optional.empty()));
    }

    private static Optional<MissingPart> missing(String what, String debianPackage) {
        return Optional.of(new MissingPart(what, Optional.of(debianPackage)));
    }
}
