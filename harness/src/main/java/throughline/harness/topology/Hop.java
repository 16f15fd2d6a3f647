package throughline.harness.topology;

import throughline.harness.middlebox.Treatment;
import throughline.harness.middlebox.WhenClientCertificateDemanded;
import throughline.harness.topology.Axis.Certificates;

/** One middlebox on the way, described. */
public sealed interface Hop {

    /** Whether the primary must be told of it: by a proxy setting. Otherwise names lead to it. */
    boolean explicit();

    /** What it does with every connection of the primary. */
    Treatment treatment();

    /** The same where the treatment depends on who has which certificate. */
    default Treatment treatment(Certificates certificates) {
        return treatment();
    }

    /**
     * A transparent proxy: passes bytes, routes by SNI.
     *
     * @param portal whether it answers with a page of its own instead, as a captive portal
     */
    record Relay(boolean portal) implements Hop {
        @Override
        public boolean explicit() {
            return false;
        }

        @Override
        public Treatment treatment() {
            return portal ? Treatment.REFUSED : Treatment.PASSED;
        }
    }

    /**
     * A forward proxy: passes bytes once CONNECT or SOCKS has been answered.
     *
     * @param language how it is asked
     * @param login what it wants to know of the primary, and what it is told
     */
    record Tunnel(Language language, Login login) implements Hop {
        @Override
        public boolean explicit() {
            return true;
        }

        @Override
        public Treatment treatment() {
            return login.right() ? Treatment.PASSED : Treatment.REFUSED;
        }
    }

    /** How a forward proxy is asked. */
    enum Language {
        CONNECT,
        /** CONNECT, inside a TLS session with the proxy. */
        CONNECT_IN_TLS,
        SOCKS
    }

    /** Whether a forward proxy wants credentials. */
    enum Login {
        NONE(true),
        BASIC(true),
        BASIC_WRONG(false),
        DIGEST(true),
        DIGEST_WRONG(false);

        private final boolean right;

        Login(boolean right) {
            this.right = right;
        }

        /** Whether the primary is let through. */
        public boolean right() {
            return right;
        }
    }

    /**
     * An inspecting proxy: ends TLS and opens its own.
     *
     * @param explicit asked by CONNECT; otherwise names lead to it
     * @param replicaExempt whether the replica's name is on its list of destinations that pass untouched
     * @param forwardsHello whether it sends the primary's hello on before it forges
     * @param http2 whether it speaks HTTP/2 with a primary that does
     */
    record Inspector(
            boolean explicit,
            boolean replicaExempt,
            WhenClientCertificateDemanded whenDemanded,
            boolean forwardsHello,
            boolean http2)
            implements Hop {
        @Override
        public Treatment treatment() {
            return switch (whenDemanded) {
                case STEP_ASIDE -> Treatment.PASSED;
                case REFUSE_CONNECT -> Treatment.REFUSED;
                case ANSWER_502, DROP, RESET, HANG, GO_ON_WITHOUT, PRESENT_OWN, ESCROW ->
                    replicaExempt ? Treatment.PASSED : Treatment.TERMINATED;
            };
        }
    }

    /**
     * A box set up by a persona.
     *
     * @param name of a persona that comes with the harness
     * @param replicaExempt whether the replica's name is on its list of destinations that pass untouched
     * @param validates whether it checks the replica's certificate before it passes it
     */
    record Persona(String name, boolean explicit, Treatment treatment, boolean replicaExempt, boolean validates)
            implements Hop {
        @Override
        public Treatment treatment(Certificates certificates) {
            boolean flawed =
                    certificates == Certificates.SERVER_EXPIRED || certificates == Certificates.SERVER_WRONG_NAME;
            return validates && flawed ? Treatment.REFUSED : treatment;
        }
    }

    /** The replica's own load balancer: ends TLS with the replica's certificate, and has none to present. */
    record LoadBalancer() implements Hop {
        @Override
        public boolean explicit() {
            return false;
        }

        @Override
        public Treatment treatment() {
            return Treatment.TERMINATED;
        }
    }
}
