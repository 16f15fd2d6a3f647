package throughline.replica;

import throughline.replica.view.HandshakeLog;

/** What serves requests and outlives a restart of the port. */
record ReplicaParts(
        HandshakeLog log,
        Operations operations,
        Admission admission,
        Transfers transfers,
        ReplicaScript script,
        ExchangeLog received) {}
