package throughline.primary.dial;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One challenge of a Proxy-Authenticate header (RFC 9110 section 11.6.1).
 *
 * @param scheme as it was written
 * @param token what follows the scheme in place of parameters (token68), without surrounding space
 * @param parameters names in lower case, values unquoted
 */
record Challenge(String scheme, Optional<String> token, Map<String, String> parameters) {
    private static final int MOST = 50;

    Optional<AuthenticationScheme> known() {
        return AuthenticationScheme.named(scheme);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** All challenges of all header lines, in order. What cannot be understood is passed over up to the next comma. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            new Reader(header).read(challenges);
        }
        return challenges;
    }

    private static final class Reader {
        private final String text;
        private int position;

        Reader(String text) {
            this.text = text;
        }

        void read(List<Challenge> challenges) {
            while (skip(" \t,") && challenges.size() < MOST) {
                String scheme = token();
                if (scheme.isEmpty()) {
                    position++;
                    continue;
                }
                challenges.add(challenge(scheme));
            }
        }

        private Challenge challenge(String scheme) {
            boolean separated = skipBlank();
            int mark = position;
            String token68 = separated ? token68() : "";
            boolean alone = !token68.isEmpty() && atEndOfItem();
            if (alone) {
                return new Challenge(scheme, Optional.of(token68), Map.of());
            }
            position = mark;
            Map<String, String> parameters = new TreeMap<>();
            while (parameter(parameters)) {
                mark = position;
                skip(" \t,");
                if (!isParameter()) {
                    // The next scheme, or the end.
                    position = mark;
                    break;
                }
            }
            return new Challenge(scheme, Optional.empty(), parameters);
        }

        /** Whether a name and an equals sign follow; a scheme is followed by neither. */
        private boolean isParameter() {
            int mark = position;
            boolean parameter = !token().isEmpty() && blankThenEquals();
            position = mark;
            return parameter;
        }

        private boolean parameter(Map<String, String> parameters) {
            int mark = position;
            String name = token();
            if (name.isEmpty() || !blankThenEquals()) {
                position = mark;
                return false;
            }
            skipBlank();
            String value = position < text.length() && text.charAt(position) == '"' ? quoted() : token();
            parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
            skipBlank();
            return true;
        }

        private boolean blankThenEquals() {
            skipBlank();
            if (position < text.length() && text.charAt(position) == '=') {
                position++;
                return true;
            }
            return false;
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (position++; position < text.length() && text.charAt(position) != '"'; position++) {
                if (text.charAt(position) == '\\' && position + 1 < text.length()) {
                    position++;
                }
                value.append(text.charAt(position));
            }
            // Never closed, it ends with the header.
            position = Math.min(position + 1, text.length());
            return value.toString();
        }

        private String token() {
            return run("!#$%&'*+-.^_`|~");
        }

        private String token68() {
            String start = run("-._~+/");
            int end = position;
            while (position < text.length() && text.charAt(position) == '=') {
                position++;
            }
            return start.isEmpty() ? "" : start + text.substring(end, position);
        }

        private String run(String alsoAllowed) {
            int start = position;
            while (position < text.length() && isOf(text.charAt(position), alsoAllowed)) {
                position++;
            }
            return text.substring(start, position);
        }

        private static boolean isOf(char c, String alsoAllowed) {
            return (c < 128 && Character.isLetterOrDigit(c)) || alsoAllowed.indexOf(c) >= 0;
        }

        private boolean atEndOfItem() {
            int mark = position;
            skipBlank();
            boolean end = position >= text.length() || text.charAt(position) == ',';
            position = end ? position : mark;
            return end;
        }

        private boolean skipBlank() {
            int start = position;
            skip(" \t");
            return position > start;
        }

        /** Whether anything is left. */
        private boolean skip(String characters) {
            while (position < text.length() && characters.indexOf(text.charAt(position)) >= 0) {
                position++;
            }
            return position < text.length();
        }
    }

    /** The first with this scheme. */
    static @Nullable Challenge of(AuthenticationScheme scheme, List<Challenge> challenges) {
        return challenges.stream()
                .filter(challenge -> challenge.known().filter(scheme::equals).isPresent())
                .findFirst()
                .orElse(null);
    }
}
