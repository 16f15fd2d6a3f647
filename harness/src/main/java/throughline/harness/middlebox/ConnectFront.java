package throughline.harness.middlebox;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import throughline.harness.middlebox.Adversity.Step;

/** The conversation before a tunnel: reads CONNECT requests and answers them in the box's name. */
final class ConnectFront {
    /** After so many requests on one connection a client will not find the password any more. */
    private static final int MOST_REQUESTS = 8;

    private static final String NO_BODY = "16";

    private final Crossing crossing;
    private final String reason;
    private final Optional<String> agent;
    private final Optional<Login> login;
    private Optional<String> lastAnswer = Optional.empty();

    /**
     * A front for one connection.
     *
     * @param agent how the box calls itself
     * @param login absent when anybody may pass
     */
    ConnectFront(Crossing crossing, String agent, Optional<Login> login) {
        this(crossing, Appearance.own(agent), login);
    }

    /** Likewise for a box that looks like this. */
    ConnectFront(Crossing crossing, Appearance appearance, Optional<Login> login) {
        this.crossing = crossing;
        this.reason = appearance.connectReason();
        this.agent = appearance.agent();
        this.login = login;
    }

    /** Where the client may be connected to; absent when that came to nothing, which has been answered. */
    Optional<Destination> admit() throws IOException {
        for (int requests = 0; requests < MOST_REQUESTS; requests++) {
            Optional<HttpHead> head = read();
            if (head.isEmpty() || misbehave()) {
                return Optional.empty();
            }
            Optional<Login.Complaint> complaint = complaint(head.get());
            if (complaint.isEmpty()) {
                return Optional.of(Destination.ofConnect(head.get()));
            }
            askForCredentials(complaint.get());
        }
        throw new IOException(MOST_REQUESTS + " requests without the right credentials");
    }

    /** The next request, a well-formed CONNECT. */
    private Optional<HttpHead> read() throws IOException {
        crossing.client().limitReading(crossing.patience());
        try {
            Optional<HttpHead> head = HttpHead.read(crossing.clientInput());
            if (head.isEmpty()) {
                crossing.note(lastAnswer.orElse("the client left without a request"));
                return Optional.empty();
            }
            crossing.target(Destination.ofConnect(head.get()));
            return head;
        } catch (BadRequestException refused) {
            refuse(OwnAnswer.to(refused, "CONNECT"));
            return Optional.empty();
        } catch (IOException broken) {
            lastAnswer.ifPresent(crossing::note);
            throw broken;
        }
    }

    /** Does to the request what was ordered; says whether that was the end of it. */
    private boolean misbehave() throws IOException {
        if (crossing.stallsAt(Step.CONNECT)) {
            crossing.refuse("adversity " + new Adversity.Stall(Step.CONNECT));
            crossing.client().unlimitReading();
            crossing.clientInput().transferTo(OutputStream.nullOutputStream());
            return true;
        }
        Optional<Adversity.Refuse> refusal = crossing.adversity(Adversity.Refuse.class);
        if (refusal.isPresent()) {
            refuse(OwnAnswer.of(refusal.get().status(), "This proxy was told to refuse."));
            return true;
        }
        return false;
    }

    private Optional<Login.Complaint> complaint(HttpHead head) {
        if (crossing.adversity(Adversity.DemandAuthentication.class).isPresent()) {
            return Optional.of(new Login.Complaint("This proxy was told to know nobody.", false));
        }
        return login.flatMap(asked -> asked.complaint(head));
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
        // No recorded product leaves a Via here; tinyproxy leaves a Proxy-Agent.
        List<HttpHead.Field> fields = new ArrayList<>();
        agent.ifPresent(name -> fields.add(new HttpHead.Field("Proxy-Agent", name)));
        if (crossing.adversity(Adversity.LieAboutLength.class).isPresent()) {
            fields.add(new HttpHead.Field("Content-Length", NO_BODY));
        }
        HttpHead answer = new HttpHead("HTTP/1.1 200 " + reason, fields);
        crossing.clientOutput().write(answer.bytes());
    }

    /** Answers 407; the client may try again on the same connection. */
    private void askForCredentials(Login.Complaint complaint) throws IOException {
        lastAnswer = Optional.of("407: " + complaint.why());
        OwnAnswer asking = OwnAnswer.of(407, complaint.why());
        for (String challenge : login.map(asked -> asked.challenges(complaint.stale()))
                .orElse(List.of("Basic realm=\"" + Login.REALM + "\""))) {
            asking = asking.with("Proxy-Authenticate", challenge);
        }
        answer(asking);
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
        crossing.clientOutput().write(complete.bytes());
    }

    private List<HttpHead.Field> ownFields() {
        return agent.map(name ->
                        List.of(new HttpHead.Field("Via", "1.1 " + name), new HttpHead.Field("Proxy-Agent", name)))
                .orElse(List.of());
    }
}
