package throughline.harness.topology;

import throughline.harness.middlebox.WhenClientCertificateDemanded;

/** One middlebox on the way, described. */
public sealed interface Hop {

    /** Whether the primary must be told of it: by a proxy setting. Otherwise names lead to it. */
    boolean explicit();

    /** A transparent proxy: passes bytes, routes by SNI. */
    record Relay() implements Hop {
        @Override
        public boolean explicit() {
            return false;
        }
    }

    /** A forward proxy: passes bytes once CONNECT has been answered. */
    record Tunnel() implements Hop {
        @Override
        public boolean explicit() {
            return true;
        }
    }

    /**
     * An inspecting proxy: ends TLS and opens its own.
     *
     * @param explicit asked by CONNECT; otherwise names lead to it
     * @param replicaExempt whether the replica's name is on its list of destinations that pass untouched
     */
    record Inspector(boolean explicit, boolean replicaExempt, WhenClientCertificateDemanded whenDemanded)
            implements Hop {}
}
