package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The conversation before a tunnel: reads CONNECT requests and answers them in the box's name. */
final class ConnectFront {
    private final Crossing crossing;
    private final CountedSocket client;
    private final String agent;
    private Optional<String> lastAnswer = Optional.empty();

    /** A well-formed CONNECT. */
    record Request(HttpHead head, Destination target) {}

    /** @param agent how the box calls itself */
    ConnectFront(Crossing crossing, String agent) {
        this.crossing = crossing;
        this.client = crossing.client();
        this.agent = agent;
    }

    /** The next request; absent when the client left, or what came was no CONNECT and has been answered. */
    Optional<Request> read() throws IOException {
        client.limitReading(crossing.patience());
        try {
            Optional<HttpHead> head = HttpHead.read(client.getInputStream());
            if (head.isEmpty()) {
                crossing.note(lastAnswer.orElse("the client left without a request"));
                return Optional.empty();
            }
            Destination target = Destination.ofConnect(head.get());
            crossing.target(target);
            return Optional.of(new Request(head.get(), target));
        } catch (BadRequestException refused) {
            refuse(OwnAnswer.to(refused));
            return Optional.empty();
        } catch (IOException broken) {
            lastAnswer.ifPresent(crossing::note);
            throw broken;
        }
    }

    /** Connects to where the name leads; absent when that failed and has been answered. */
    Optional<CountedSocket> dial(Routes routes, Destination target) throws IOException {
        Optional<InetSocketAddress> address = routes.lookup(target.host(), target.port());
        if (address.isEmpty()) {
            refuse(OwnAnswer.of(502, "The name " + target.host() + " cannot be resolved."));
            return Optional.empty();
        }
        try {
            return Optional.of(crossing.dial(address.get()));
        } catch (IOException unreachable) {
            refuse(OwnAnswer.of(502, "The proxy " + unreachable.getMessage() + "."));
            return Optional.empty();
        }
    }

    /** From here on the connection is the tunnel. */
    void agree() throws IOException {
        // RFC 9110, 9.3.6: a 2xx answer to CONNECT has neither Content-Length nor Transfer-Encoding.
        HttpHead answer = new HttpHead("HTTP/1.1 200 Connection Established", ownFields());
        client.getOutputStream().write(answer.bytes());
    }

    /** Answers 407; the client may try again on the same connection. */
    void askForCredentials(String why) throws IOException {
        lastAnswer = Optional.of("407: " + why);
        answer(OwnAnswer.of(407, why).with("Proxy-Authenticate", "Basic realm=\"throughline\""));
    }

    /** Says why, for the client and for the passage, and ends the conversation. */
    void refuse(OwnAnswer refusal) throws IOException {
        crossing.refuse(refusal.status() + ": " + refusal.explanation());
        answer(refusal.with("Connection", "close"));
        crossing.sayFarewell();
    }

    private void answer(OwnAnswer given) throws IOException {
        OwnAnswer complete = given;
        for (HttpHead.Field field : ownFields()) {
            complete = complete.with(field.name(), field.value());
        }
        client.getOutputStream().write(complete.bytes());
    }

    private List<HttpHead.Field> ownFields() {
        return List.of(new HttpHead.Field("Via", "1.1 " + agent), new HttpHead.Field("Proxy-Agent", agent));
    }
}
