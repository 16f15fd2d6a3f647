package throughline.primary.dial;

import io.roastedroot.quickjs4j.core.Builtins;
import io.roastedroot.quickjs4j.core.Engine;
import io.roastedroot.quickjs4j.core.HostFunction;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ByteArrayMemory;
import run.endive.wasm.types.MemoryLimits;
import throughline.protocol.Excerpt;

/**
 * Runs a PAC script in QuickJS, which itself runs as WebAssembly: it has the memory that it is given and no other, sees
 * nothing of Java, and every loop of it ends when its thread is interrupted, also one inside a function of the language.
 */
final class PacEngine {
    /** 32 MiB in pages of 64 KiB. */
    private static final int MOST_PAGES = 512;

    private static final int STACK = 8 << 20;
    private static final int MOST_PRINTED = 4 << 10;

    /**
     * The script is evaluated after the functions are there, so that its own of the same name count, and outside of strict
     * mode, for which few were written.
     */
    private static final String PROGRAM = """
            for (const name of pac.names()) {
              globalThis[name] = function () { return pac.call(name, Array.from(arguments, String)); };
            }
            try {
              (0, eval)(pac.script());
              if (typeof FindProxyForURL !== 'function') throw 'it has no function FindProxyForURL';
              const answer = FindProxyForURL(pac.url(), pac.host());
              if (answer !== null && typeof answer !== 'string') throw 'it answered ' + typeof answer + ', not a text';
              pac.answered(answer === null ? '' : answer);
            } catch (thrown) {
              pac.failed(String(thrown));
            }
            """;

    private final String script;
    private final String url;
    private final String host;
    private final PacFunctions functions;
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private PacEngine(String script, String url, String host, PacFunctions functions) {
        this.script = script;
        this.url = url;
        this.host = host;
        this.functions = functions;
    }

    /** What the script says about this address, an empty text for nothing. */
    static String ask(String script, String url, String host, PacFunctions functions, Duration limit)
            throws PacException {
        try {
            return answer(script, url, host, functions, limit);
        } catch (NoClassDefFoundError e) {
            throw new PacException(
                    "a PAC script is run by the artifact io.roastedroot:quickjs4j:0.1.0, which is optional and not on the"
                            + " class path; add it",
                    e);
        }
    }

    private static String answer(String script, String url, String host, PacFunctions functions, Duration limit)
            throws PacException {
        PacEngine engine = new PacEngine(script, url, host, functions);
        Thread thread = new Thread(null, engine::run, "throughline-pac", STACK);
        thread.setDaemon(true);
        thread.start();
        try {
            return engine.answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new PacException("the PAC script did not end in " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PacException("interrupted while the PAC script was running", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            thread.interrupt();
        }
    }

    private void run() {
        try (Engine engine = Engine.builder()
                .withMemoryFactory(given -> new ByteArrayMemory(new MemoryLimits(given.initialPages(), MOST_PAGES)))
                .withStdout(new Shortened())
                .withStderr(new Shortened())
                .addBuiltins(builtins())
                .build()) {
            engine.exec(engine.compile(PROGRAM));
            answer.completeExceptionally(new PacException("the PAC script ended without an answer"));
        } catch (Throwable e) {
            // Whatever a script brings the engine to: also errors, such as a stack that is used up.
            answer.completeExceptionally(e);
        }
    }

    private Builtins builtins() {
        return Builtins.builder("pac")
                .addVoidToString("script", () -> script)
                .addVoidToString("url", () -> url)
                .addVoidToString("host", () -> host)
                .add(new HostFunction("names", List.of(), List.class, nothing -> PacFunctions.NAMES))
                .add(new HostFunction(
                        "call",
                        List.of(String.class, String[].class),
                        Object.class,
                        given -> functions.call((String) given.get(0), List.of((String[]) given.get(1)))))
                .addStringToVoid("answered", answer::complete)
                .addStringToVoid(
                        "failed",
                        reason -> answer.completeExceptionally(
                                new PacException("the PAC script failed: " + Excerpt.of(reason))))
                .build();
    }

    private static PacException failure(@Nullable Throwable e) {
        if (e instanceof NoClassDefFoundError absent) {
            throw absent;
        }
        return e instanceof PacException failed
                ? failed
                : new PacException("the PAC script used up its memory or its stack, or is none", e);
    }

    /** What a script prints is nobody's, and may have no end. */
    private static final class Shortened extends ByteArrayOutputStream {
        @Override
        public synchronized void write(int b) {
            if (count < MOST_PRINTED) {
                super.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, MOST_PRINTED - count));
        }
    }
}
