package throughline.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** A JSSE client and a JSSE server that talk through memory; all that either wrote is kept. */
final class EnginePair {
    private final Side client;
    private final Side server;

    /** The client believes to talk to {@code replica.test:443}, which is where JSSE looks for a session to resume. */
    EnginePair(SSLContext clientContext, SSLContext serverContext) {
        client = new Side(clientContext.createSSLEngine("replica.test", 443));
        server = new Side(serverContext.createSSLEngine());
        client.engine.setUseClientMode(true);
        server.engine.setUseClientMode(false);
    }

    SSLEngine client() {
        return client.engine;
    }

    SSLEngine server() {
        return server.engine;
    }

    SSLSession session() {
        return client.engine.getSession();
    }

    byte[] fromClient() {
        return client.written.toByteArray();
    }

    byte[] fromServer() {
        return server.written.toByteArray();
    }

    /** Talks until neither side has anything more to say; a refusal is part of the talk. */
    EnginePair handshake() throws SSLException {
        client.engine.beginHandshake();
        server.engine.beginHandshake();
        for (int steps = 0; steps < 200; steps++) {
            boolean clientMoved = client.step(server);
            boolean serverMoved = server.step(client);
            if (!clientMoved && !serverMoved) {
                return this;
            }
        }
        throw new AssertionError("client " + client.engine + " and server " + server.engine + " do not come to an end");
    }

    private static final class Side {
        final SSLEngine engine;
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        final ByteBuffer arrived = ByteBuffer.allocate(1 << 17);

        Side(SSLEngine engine) {
            this.engine = engine;
        }

        boolean step(Side other) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            try {
                return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP ? write(other) : read();
            } catch (SSLException refusal) {
                // The engine has an alert to write now.
                return true;
            }
        }

        private boolean write(Side other) throws SSLException {
            ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), record);
            record.flip();
            written.write(record.array(), 0, record.limit());
            other.arrived.put(record);
            return true;
        }

        private boolean read() throws SSLException {
            arrived.flip();
            int before = arrived.remaining();
            try {
                engine.unwrap(arrived, ByteBuffer.allocate(1 << 15));
                return arrived.remaining() < before;
            } finally {
                arrived.compact();
            }
        }
    }
}
