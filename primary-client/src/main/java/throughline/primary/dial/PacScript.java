package throughline.primary.dial;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.protocol.Excerpt;

/**
 * A proxy auto-configuration script (PAC): a function in JavaScript that is given an address and says which proxies lead
 * there. It runs in a sandbox without Java, files or network, with a limit of time and memory, and may ask for names. The
 * sandbox is an optional dependency, {@code io.roastedroot:quickjs4j}.
 *
 * <p>A proxy that the script names gets no credentials, unless {@link #knowing} names the same one.
 */
public final class PacScript {
    private static final String ACCEPTED = "accepted is a file, or an address as in http://host/proxy.pac";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PacSource source;
    private final List<Hop> known;
    private final NameResolver resolver;
    private final Duration limit;

    private PacScript(PacSource source, List<Hop> known, NameResolver resolver, Duration limit) {
        this.source = source;
        this.known = known;
        this.resolver = resolver;
        this.limit = limit;
    }

    /** A script in a file of at most 1 MiB, read whenever it is asked. */
    public static PacScript of(Path file) {
        return new PacScript(new PacSource.InFile(file), List.of(), NameResolver.system(), LIMIT);
    }

    /**
     * A script of at most 1 MiB at an {@code http} or {@code https} address. It is fetched whenever it is asked, past every
     * proxy and without credentials; the certificate is judged by the platform's authorities.
     *
     * @throws IllegalArgumentException if the address is none that can be fetched, or holds a user name
     */
    public static PacScript of(URI address) {
        String scheme = String.valueOf(address.getScheme());
        boolean http = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the PAC script's address holds a user name; " + ACCEPTED);
        }
        if (!http || address.getHost() == null) {
            throw refused(address.toString());
        }
        return new PacScript(new PacSource.AtAddress(address), List.of(), NameResolver.system(), LIMIT);
    }

    /**
     * Reads an address with scheme {@code http}, {@code https} or {@code file}, or the path of a file.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static PacScript parse(String fileOrAddress) {
        try {
            if (!fileOrAddress.matches("(?s)[A-Za-z][A-Za-z0-9+.-]+:.*")) {
                return of(Path.of(fileOrAddress));
            }
            URI address = new URI(fileOrAddress);
            return "file".equalsIgnoreCase(address.getScheme()) ? of(Path.of(address)) : of(address);
        } catch (URISyntaxException | InvalidPathException e) {
            throw refused(fileOrAddress);
        }
    }

    /**
     * The same with proxies of which more is known than a script can say: where it names one by its kind, host and port, that
     * one is gone through, with its credentials and its trust.
     */
    public PacScript knowing(Hop... proxies) {
        return new PacScript(source, List.of(proxies), resolver, limit);
    }

    /** The same with other names than the system's, for the script's functions and for its own address. */
    public PacScript resolver(NameResolver names) {
        return new PacScript(source, known, names, limit);
    }

    /** The same with another limit for fetching the script, and as long again for running it; 10 s by default. */
    public PacScript limit(Duration most) {
        if (most.isNegative() || most.isZero()) {
            throw new IllegalArgumentException("a time limit of " + most + "; accepted is more than zero");
        }
        return new PacScript(source, known, resolver, most);
    }

    /**
     * The way to this host, or the first of several ways that opens. Blocks, at most for twice the limit.
     *
     * @param host an address stands without brackets
     * @throws PacException with the reason in a sentence
     */
    public ProxySettings settings(String host, int port) throws PacException {
        LimitedResolver names = new LimitedResolver(resolver, limit);
        String script = source.read(names, limit);
        PacFunctions functions = PacFunctions.ofThisMachine(names);
        return new PacAnswer(known).ways(PacEngine.ask(script, address(host, port), host, functions, limit));
    }

    /** As a browser tells it for TLS: without a path, and without the port that goes without saying. */
    private static String address(String host, int port) {
        String authority = HostPort.text(host, port);
        return "https://" + (port == 443 ? authority.substring(0, authority.length() - ":443".length()) : authority)
                + "/";
    }

    private static IllegalArgumentException refused(String given) {
        String shown = given.contains("@") ? "…" + given.substring(given.lastIndexOf('@')) : given;
        return new IllegalArgumentException("PAC script \"" + Excerpt.of(shown) + "\"; " + ACCEPTED);
    }
}
