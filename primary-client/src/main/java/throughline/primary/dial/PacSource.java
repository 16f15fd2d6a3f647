package throughline.primary.dial;

import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Where a PAC script lies. */
sealed interface PacSource {
    int LARGEST = 1 << 20;

    /** The script as it is now. */
    String read(LimitedResolver names, Duration limit) throws PacException;

    record InFile(Path file) implements PacSource {
        @Override
        public String read(LimitedResolver names, Duration limit) throws PacException {
            // What is no regular file may have no end, or wait for somebody to write into it.
            if (!Files.isRegularFile(file)) {
                throw new PacException("the PAC script " + file + " is no file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return text(in.readNBytes(LARGEST + 1), file.toString());
            } catch (PacException e) {
                throw e;
            } catch (IOException e) {
                throw new PacException("the PAC script " + file + " cannot be read: " + e.getMessage(), e);
            }
        }
    }

    record AtAddress(URI address) implements PacSource {
        private static final int OK = 200;

        @Override
        public String read(LimitedResolver names, Duration limit) throws PacException {
            OkHttpClient client = client(names, limit);
            try (Response response = client.newCall(request()).execute()) {
                if (response.code() != OK) {
                    throw PacException.ofPath(
                            "the PAC script was not had: " + shown() + " answered " + response.code(), null);
                }
                String script = text(response.body().byteStream().readNBytes(LARGEST + 1), shown());
                if (script.stripLeading().startsWith("<")) {
                    // No script begins so: a portal before the network, or a page that should have been a 404.
                    throw PacException.ofPath(
                            "the PAC script was not had: " + shown() + " answered with a page, not a script", null);
                }
                return script;
            } catch (PacException e) {
                throw e;
            } catch (IOException e) {
                throw PacException.ofPath("the PAC script was not had from " + shown() + ": " + e.getMessage(), e);
            } finally {
                client.connectionPool().evictAll();
                client.dispatcher().executorService().shutdown();
            }
        }

        private Request request() throws PacException {
            try {
                return new Request.Builder()
                        .url(address.toString())
                        .header("Connection", "close")
                        .build();
            } catch (IllegalArgumentException e) {
                throw new PacException("the PAC script's address " + shown() + " cannot be fetched", e);
            }
        }

        /** Direct, whatever the JVM is told: the way to a proxy does not lead through one. */
        private static OkHttpClient client(LimitedResolver names, Duration limit) {
            return new OkHttpClient.Builder()
                    .proxy(Proxy.NO_PROXY)
                    .dns(names::lookup)
                    .dispatcher(new Dispatcher())
                    .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                    // From https to http nobody is led: who is in between could then write the script.
                    .followSslRedirects(false)
                    .callTimeout(limit)
                    .build();
        }

        /** A query may hold what only the script's owner should know. */
        private String shown() {
            return address.toString().replaceAll("[?#].*", "");
        }
    }

    /** In UTF-8; where it is none, one character a byte, as in the days of the format. */
    private static String text(byte[] bytes, String where) throws PacException {
        if (bytes.length > LARGEST) {
            throw new PacException(
                    "the PAC script " + where + " has more than the " + LARGEST + " bytes that are accepted");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
