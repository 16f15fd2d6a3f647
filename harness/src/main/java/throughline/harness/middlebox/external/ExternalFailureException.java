package throughline.harness.middlebox.external;

import java.util.List;
import java.util.regex.Pattern;

/** A product is here and did not come up; the message ends with the last lines that it printed. */
public final class ExternalFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final Pattern PORT_TAKEN = Pattern.compile(
            "(?i)address (?:is )?already in use|cannot bind|could not bind|failed to bind|cannot open http port");

    private final boolean portTaken;

    ExternalFailureException(String what, List<String> lastLines) {
        super(what + (lastLines.isEmpty() ? "; it printed nothing" : ":\n" + String.join("\n", lastLines)));
        this.portTaken =
                lastLines.stream().anyMatch(line -> PORT_TAKEN.matcher(line).find());
    }

    /** Whether another process was quicker to take the port: these programs take no port 0. */
    boolean portTaken() {
        return portTaken;
    }
}
