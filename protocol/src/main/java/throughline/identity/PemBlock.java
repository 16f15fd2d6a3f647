package throughline.identity;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One encapsulated text of RFC 7468, 2, decoded only when asked for: what we do not use may be as it likes.
 *
 * @param line where its BEGIN stands, from 1
 * @param headers the lines with a colon of RFC 1421, which RFC 7468 no longer has
 */
record PemBlock(String label, int line, String headers, String base64) {
    private static final Pattern BEGIN =
            Pattern.compile("-----BEGIN ([\\x21-\\x7E&&[^-]](?:[ -]?[\\x21-\\x7E&&[^-]]){0,63})-----\\s*");

    /** Anything outside the blocks is skipped, as RFC 7468, 2 has it. */
    static List<PemBlock> parse(String text) throws UnusableIdentityException {
        List<String> lines = text.lines().collect(Collectors.toList());
        List<PemBlock> blocks = new ArrayList<>();
        int next = 0;
        while (next < lines.size()) {
            Matcher begin = BEGIN.matcher(lines.get(next));
            if (begin.matches()) {
                int end = endOf(begin.group(1), lines, next);
                blocks.add(between(begin.group(1), lines, next, end));
                next = end;
            }
            next++;
        }
        return blocks;
    }

    boolean isCertificate() {
        // RFC 7468, 5.1 wants these two older labels read as well.
        return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE") || label.equals("X.509 CERTIFICATE");
    }

    boolean isPrivateKey() {
        return label.endsWith("PRIVATE KEY");
    }

    byte[] der() throws UnusableIdentityException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException illegal) {
            // Without the cause: its text quotes a character, which may be one of a key.
            throw new UnusableIdentityException(
                    "The %s in line %d is damaged: its text is not base64.".formatted(label, line));
        }
    }

    @Override
    public String toString() {
        return "PemBlock[" + label + ", line " + line + "]";
    }

    private static int endOf(String label, List<String> lines, int begin) throws UnusableIdentityException {
        String end = "-----END " + label + "-----";
        for (int i = begin + 1; i < lines.size() && !lines.get(i).startsWith("-----BEGIN "); i++) {
            if (lines.get(i).stripTrailing().equals(end)) {
                return i;
            }
        }
        throw new UnusableIdentityException(
                "The %s in line %d is damaged: its line %s is missing.".formatted(label, begin + 1, end));
    }

    private static PemBlock between(String label, List<String> lines, int begin, int end) {
        StringBuilder headers = new StringBuilder();
        StringBuilder base64 = new StringBuilder();
        for (String line : lines.subList(begin + 1, end)) {
            if (line.indexOf(':') >= 0) {
                headers.append(line).append('\n');
            } else {
                base64.append(line.replaceAll("\\s", ""));
            }
        }
        return new PemBlock(label, begin + 1, headers.toString(), base64.toString());
    }
}
