package throughline.identity.revocation;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Answers from a script instead of a network; where nothing is scripted, nobody listens. */
final class ScriptedFetch implements RevocationFetch {
    private final Map<URI, UnaryOperator<byte[]>> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    ScriptedFetch crl(String address, byte[] crl) {
        answers.put(URI.create(address), nothing -> crl);
        return this;
    }

    ScriptedFetch ocsp(String address, UnaryOperator<byte[]> responder) {
        answers.put(URI.create(address), responder);
        return this;
    }

    /** Method and address of each fetch, in order. */
    List<String> asked() {
        return asked;
    }

    @Override
    public byte[] get(URI address) throws IOException {
        return answer("GET", address, new byte[0]);
    }

    @Override
    public byte[] post(URI address, byte[] ocspRequest) throws IOException {
        return answer("POST", address, ocspRequest);
    }

    private byte[] answer(String method, URI address, byte[] request) throws IOException {
        asked.add(method + " " + address);
        UnaryOperator<byte[]> answer = answers.get(address);
        if (answer == null) {
            throw new ConnectException("Connection refused");
        }
        return answer.apply(request);
    }
}
