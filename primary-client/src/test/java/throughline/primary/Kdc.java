package throughline.primary;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.jspecify.annotations.Nullable;

/**
 * A Kerberos realm on loopback in which alice has the password sesame and a proxy on localhost has a key. While it is open,
 * this JVM knows no other realm.
 */
final class Kdc implements AutoCloseable {
    static final String REALM = "PROXY.TEST";

    private static final String CONFIGURATION = "java.security.krb5.conf";

    private final SimpleKdcServer server;
    private final Path folder;
    private final Map<String, @Nullable String> before = new HashMap<>();
    private boolean stopped;

    private Kdc(SimpleKdcServer server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    static Kdc start(Path folder) throws KrbException, IOException {
        int port = InstalledProxy.freePort();
        SimpleKdcServer server = new SimpleKdcServer();
        server.setKdcHost("127.0.0.1");
        server.setKdcRealm(REALM);
        server.setAllowTcp(true);
        server.setAllowUdp(false);
        server.setKdcTcpPort(port);
        server.setWorkDir(Files.createDirectories(folder.resolve("kdc")).toFile());
        server.init();
        server.start();
        Kdc kdc = new Kdc(server, folder);
        server.createPrincipal("alice", "sesame");
        for (String name : kdc.proxyNames()) {
            server.createPrincipal(name);
            server.exportPrincipal(name, kdc.keys().toFile());
        }
        kdc.use(port);
        return kdc;
    }

    /** From now on this JVM asks for tickets at this port. */
    void use(int port) throws IOException {
        Files.writeString(configuration(), """
                [libdefaults]
                default_realm = %1$s
                dns_lookup_kdc = false
                dns_lookup_realm = false
                rdns = false
                udp_preference_limit = 1
                [realms]
                %1$s = {
                  kdc = 127.0.0.1:%2$d
                }
                """.formatted(REALM, port));
        set(CONFIGURATION, configuration().toString());
    }

    Path configuration() {
        return folder.resolve("krb5.conf");
    }

    /** The proxy's keys. */
    Path keys() {
        return folder.resolve("http.keytab");
    }

    /** A file with a ticket of alice, as kinit would leave it. */
    Path ticket() throws KrbException {
        Path cache = folder.resolve("tickets");
        server.getKrbClient().storeTicket(server.getKrbClient().requestTgt("alice", "sesame"), cache.toFile());
        return cache;
    }

    void stop() throws KrbException {
        if (!stopped) {
            stopped = true;
            server.stop();
        }
    }

    /** JAAS, as a program configures it for JGSS: by the tickets in this file and no others. */
    static Configuration tickets(Path cache) {
        return configuration(Map.of("useTicketCache", "true", "ticketCache", cache.toString(), "doNotPrompt", "true"));
    }

    /** What a proxy with the keys makes of a client's token. */
    final class Acceptor {
        private final GSSManager manager = GSSManager.getInstance();
        private final Subject proxy;
        private final GSSContext context;

        Acceptor() {
            try {
                LoginContext login = new LoginContext(
                        "acceptor",
                        new Subject(),
                        null,
                        configuration(Map.of(
                                "useKeyTab", "true",
                                "keyTab", keys().toString(),
                                "principal", "*",
                                "storeKey", "true",
                                "isInitiator", "false",
                                "doNotPrompt", "true")));
                login.login();
                proxy = login.getSubject();
                context = manager.createContext((GSSCredential) null);
            } catch (LoginException | GSSException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The answer to it; absent when it is not good. */
        Optional<byte[]> accept(byte[] token) {
            try {
                PrivilegedExceptionAction<byte[]> step = () -> context.acceptSecContext(token, 0, token.length);
                return Optional.ofNullable(Subject.doAs(proxy, step));
            } catch (PrivilegedActionException notGood) {
                return Optional.empty();
            }
        }

        String client() {
            try {
                return context.isEstablished() ? context.getSrcName().toString() : "nobody";
            } catch (GSSException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Where a resolver gives localhost a longer name, JGSS asks for that one. */
    private String[] proxyNames() throws IOException {
        String longer = InetAddress.getByName("localhost").getCanonicalHostName();
        return longer.equals("localhost")
                ? new String[] {"HTTP/localhost"}
                : new String[] {"HTTP/localhost", "HTTP/" + longer};
    }

    private static Configuration configuration(Map<String, String> given) {
        Map<String, String> options = new HashMap<>(given);
        // The JDK keeps the configuration of the realm that was asked first.
        options.put("refreshKrb5Config", "true");
        AppConfigurationEntry entry = new AppConfigurationEntry(
                "com.sun.security.auth.module.Krb5LoginModule", LoginModuleControlFlag.REQUIRED, options);
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {entry};
            }
        };
    }

    private void set(String property, String value) {
        String old = System.setProperty(property, value);
        before.putIfAbsent(property, old);
    }

    @Override
    public void close() throws KrbException {
        before.forEach((property, old) -> {
            if (old == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, old);
            }
        });
        stop();
    }
}
