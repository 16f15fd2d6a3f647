package throughline.harness.topology;

import java.util.Arrays;
import java.util.Optional;

/** A value of one dimension of the matrix, with the name by which it is chosen and written down. */
public sealed interface Axis {

    /** Stable, lower case. */
    String id();

    /** Who has which certificate. */
    enum Certificates implements Axis {
        GOOD("good"),
        CLIENT_EXPIRED("client-expired"),
        CLIENT_UNKNOWN_ISSUER("client-unknown-issuer"),
        /** The primary has no client certificate. */
        CLIENT_NONE("client-none"),
        SERVER_EXPIRED("server-expired"),
        SERVER_WRONG_NAME("server-wrong-name");

        private final String id;

        Certificates(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }
    }

    /** The only TLS version that both ends speak. */
    enum Tls implements Axis {
        TLS_1_2("1.2", "TLSv1.2"),
        TLS_1_3("1.3", "TLSv1.3");

        private final String id;
        private final String javaName;

        Tls(String id, String javaName) {
            this.id = id;
            this.javaName = javaName;
        }

        @Override
        public String id() {
            return id;
        }

        /** As JSSE names it. */
        public String javaName() {
            return javaName;
        }
    }

    /** What the primary offers by ALPN: HTTP/1.1 alone, or HTTP/2 beside it. */
    enum Http implements Axis {
        HTTP_1_1("http/1.1", "h1"),
        HTTP_2("h2", "h2");

        private final String id;
        private final String segment;

        Http(String id, String segment) {
            this.id = id;
            this.segment = segment;
        }

        @Override
        public String id() {
            return id;
        }

        String segment() {
            return segment;
        }
    }

    /** The value with this name. */
    static <A extends Enum<A> & Axis> Optional<A> find(Class<A> axis, String id) {
        return Arrays.stream(axis.getEnumConstants())
                .filter(value -> value.id().equals(id))
                .findFirst();
    }
}
