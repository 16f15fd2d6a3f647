package throughline.replica;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import throughline.protocol.Endpoints;
import throughline.protocol.Excerpt;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ReplicationPaths;
import throughline.protocol.replication.ReplicationPaths.Target;
import throughline.replica.view.ViewSigner;

/** Tells by path, method and content type what a request asks for. */
record Operations(ViewSigner signer, Machines machines) {

    /** @throws RefusedException UNKNOWN_PATH or MALFORMED */
    Operation of(Request request) throws RefusedException {
        // As it was sent: no name needs an escape, so none is resolved.
        String path = request.getHttpURI().getPath();
        String method = request.getMethod();
        if (path.equals(Endpoints.ANNOUNCE)) {
            return checked(request, "POST", new Announce(signer));
        }
        Target target = target(path);
        if (target instanceof Target.Machines) {
            return checked(request, "GET", new ListMachines(machines));
        }
        if (target instanceof Target.Machine machine) {
            return method.equals("GET")
                    ? new ShowMachine(machines, machine.machine())
                    : checked(request, "PUT", new DeclareMachine(machines, machine.machine()));
        }
        if (target instanceof Target.ChangeSet changeSet) {
            return checked(request, "POST", new CommitChangeSet(machines, changeSet.id()));
        }
        if (target instanceof Target.Slice slice) {
            return checked(request, "POST", new StoreSlice(machines, slice.id()));
        }
        if (target instanceof Target.Digests digests) {
            return checked(request, "GET", new ShowDigests(machines, digests));
        }
        throw new IllegalStateException("a target that nobody serves: " + target);
    }

    private static Target target(String path) throws RefusedException {
        try {
            return ReplicationPaths.parse(path);
        } catch (MalformedMessageException unknown) {
            throw new RefusedException(RefusalReason.UNKNOWN_PATH, String.valueOf(unknown.getMessage()), unknown);
        }
    }

    private static Operation checked(Request request, String method, Operation operation) throws RefusedException {
        if (!request.getMethod().equals(method)) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "the method is \"" + Excerpt.of(request.getMethod()) + "\"; accepted is " + method
                            + (operation.kind() == ExchangeKind.DECLARE ? " or GET" : ""));
        }
        if (operation.mediaType().isPresent()) {
            requireMediaType(request, operation.mediaType().get());
        }
        return operation;
    }

    private static void requireMediaType(Request request, String mediaType) throws RefusedException {
        String sent = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (!mediaType.equalsIgnoreCase(sent)) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "the content type is " + (sent == null ? "missing" : "\"" + Excerpt.of(sent) + "\"")
                            + "; accepted is " + mediaType);
        }
    }
}
