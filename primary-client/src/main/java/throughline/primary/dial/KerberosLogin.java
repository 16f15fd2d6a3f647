package throughline.primary.dial;

import java.io.IOException;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/** How one becomes known to Kerberos. Blocks while the KDC is asked; a ticket that is there already asks nobody. */
final class KerberosLogin {
    private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

    /** What JGSS itself looks for in the configuration of JAAS, where a program has one. */
    private static final String[] ENTRIES = {"com.sun.security.jgss.krb5.initiate", "com.sun.security.jgss.initiate"};

    /** The KDC's own word, with its number (RFC 4120 section 7.5.9), as against one that was not to be had. */
    private static final Pattern SAID_BY_KDC = Pattern.compile("\\([0-9]{1,3}\\)");

    private KerberosLogin() {}

    /** By user name, with a realm after an at sign or in the default realm, and password. */
    static Subject by(ProxyCredentials pair) throws LoginException {
        LoginContext login = new LoginContext(
                "throughline", new Subject(), callbacks -> tell(pair, callbacks), configuration(Map.of()));
        login.login();
        return login.getSubject();
    }

    /** As JAAS is told for JGSS; where it is told nothing, by the ticket cache of whoever runs this program. */
    static Subject byTicket() throws LoginException {
        Optional<String> entry = configuredEntry();
        LoginContext login = entry.isPresent()
                ? new LoginContext(entry.get())
                : new LoginContext(
                        "throughline",
                        new Subject(),
                        null,
                        configuration(Map.of("useTicketCache", "true", "doNotPrompt", "true")));
        login.login();
        return login.getSubject();
    }

    /**
     * Who it is and since when: the same ticket is the same pair. It is only for remembering, and never sent. A ticket for a
     * proxy joins the first one when it is used; a KDC may date it anew, though it should copy the time (RFC 4120 section 5.3).
     */
    static ProxyCredentials identity(Subject subject) {
        String who = subject.getPrincipals(KerberosPrincipal.class).stream()
                .map(KerberosPrincipal::getName)
                .findFirst()
                .orElse("nobody");
        String since = subject.getPrivateCredentials(KerberosTicket.class).stream()
                .map(KerberosTicket::getAuthTime)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .map(Date::toString)
                .orElse("");
        return new ProxyCredentials(who.replace(':', ' '), since);
    }

    /** Whether the KDC itself has refused, so that to ask again could lock the account. */
    static boolean isRefusal(LoginException failure) {
        return SAID_BY_KDC.matcher(String.valueOf(failure.getMessage())).find();
    }

    private static Optional<String> configuredEntry() {
        try {
            Configuration configuration = Configuration.getConfiguration();
            for (String entry : ENTRIES) {
                AppConfigurationEntry @Nullable [] modules = configuration.getAppConfigurationEntry(entry);
                if (modules != null && modules.length > 0) {
                    return Optional.of(entry);
                }
            }
        } catch (SecurityException noConfiguration) {
            // JAAS is told nothing.
        }
        return Optional.empty();
    }

    private static Configuration configuration(Map<String, String> given) {
        Map<String, String> options = new HashMap<>(given);
        // Whoever runs for months sees another KDC without a restart.
        options.put("refreshKrb5Config", "true");
        AppConfigurationEntry entry = new AppConfigurationEntry(MODULE, LoginModuleControlFlag.REQUIRED, options);
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {entry};
            }
        };
    }

    private static void tell(ProxyCredentials pair, Callback[] callbacks)
            throws IOException, UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                name.setName(pair.user());
            } else if (callback instanceof PasswordCallback password) {
                password.setPassword(pair.password().toCharArray());
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }
}
