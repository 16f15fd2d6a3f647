package throughline.harness.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import throughline.harness.run.CellResult.Result;
import throughline.harness.topology.Cell;
import throughline.harness.topology.Expectation;
import throughline.harness.topology.Expectations;
import throughline.harness.topology.Hop;
import throughline.harness.topology.MatrixPlan;

/** Runs the cells of a plan, several at a time, and writes each down as soon as it is done. */
public final class MatrixRunner {
    private final MatrixPlan plan;
    private final Path image;
    private final RunStore store;
    private final int jobs;
    private final int repeats;
    private final Listener listener;
    private final Expectations expectations = Expectations.read();
    private final OpenTestbeds open = new OpenTestbeds();

    /** Is told of every cell as it is done, from several threads, one at a time. */
    @FunctionalInterface
    public interface Listener {
        void done(CellResult result, int finished, int total);
    }

    /**
     * A runner for one run.
     *
     * @param image what working cells replicate
     * @param jobs how many cells run at a time, from 1
     * @param repeats how many times each cell is run, from 1
     */
    public MatrixRunner(MatrixPlan plan, Path image, RunStore store, int jobs, int repeats, Listener listener) {
        this.plan = plan;
        this.image = image;
        this.store = store;
        this.jobs = jobs;
        this.repeats = repeats;
        this.listener = listener;
    }

    /** Runs everything, or what there is time for before {@link #cancel}; what was not run is skipped, with the reason. */
    public RunRecord run() throws IOException {
        Instant startedAt = Instant.now();
        long started = System.nanoTime();
        List<Cell> cells = plan.expand();
        // Asked first: after ^C there is no time to start programs.
        Map<String, String> products = products();
        CellResult sanity = CellRun.of(plan.sanity(), expectation(plan.sanity()), image, open)
                .result();
        Map<Integer, CellResult> results = new TreeMap<>();
        if (sanity.result() == Result.AS_EXPECTED) {
            runAll(cells, Collections.synchronizedMap(results));
        }
        List<CellResult> all = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            all.add(Optional.ofNullable(results.get(i)).orElse(notRun(cells.get(i), sanity)));
        }
        RunRecord run = RunRecord.of(startedAt, Duration.ofNanos(System.nanoTime() - started), products, all);
        store.write(run);
        return run;
    }

    /** Of the plan, as far as they are here. */
    private Map<String, String> products() {
        Map<String, String> versions = new TreeMap<>();
        plan.topologies().stream()
                .flatMap(topology -> topology.hops().stream())
                .filter(Hop.Real.class::isInstance)
                .map(hop -> ((Hop.Real) hop).box().product())
                .distinct()
                .forEach(product -> product.version().ifPresent(version -> versions.put(product.id(), version)));
        return versions;
    }

    /** Ends the cells that are running and starts no others. From any thread. */
    public void cancel() {
        open.cancel();
    }

    private void runAll(List<Cell> cells, Map<Integer, CellResult> results) {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(jobs);
        for (int job = 1; job <= jobs; job++) {
            Thread worker = new Thread(
                    () -> {
                        try {
                            work(cells, next, results);
                        } finally {
                            ended.countDown();
                        }
                    },
                    "throughline-matrix-" + job);
            worker.setDaemon(true);
            worker.start();
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
        }
    }

    private void work(List<Cell> cells, AtomicInteger next, Map<Integer, CellResult> results) {
        for (int i = next.getAndIncrement(); i < cells.size(); i = next.getAndIncrement()) {
            if (open.cancelled()) {
                return;
            }
            CellResult result = runRepeatedly(cells.get(i));
            synchronized (results) {
                results.put(i, result);
                listener.done(result, results.size(), cells.size());
            }
        }
    }

    /** The case that is kept is the one that the result is about: the first that was not as expected, else the last. */
    private CellResult runRepeatedly(Cell cell) {
        CellResult result = runOnce(cell, true);
        for (int run = 1; run < repeats && !open.cancelled(); run++) {
            result = result.and(runOnce(cell, result.result() == Result.AS_EXPECTED));
        }
        return result;
    }

    private CellResult runOnce(Cell cell, boolean keep) {
        Expectation expectation = expectation(cell);
        CellRun run = CellRun.of(cell, expectation, image, open);
        if (keep && run.attempt().isPresent()) {
            try {
                store.write(cell, run.attempt().get());
            } catch (IOException e) {
                return CellResult.of(
                        cell,
                        expectation,
                        Result.HARNESS_FAILURE,
                        Optional.empty(),
                        Duration.ZERO,
                        "its files could not be written: " + e);
            }
        }
        return run.result();
    }

    private Expectation expectation(Cell cell) {
        return expectations
                .of(cell)
                .orElseThrow(() -> new IllegalStateException("nothing is written down for " + cell));
    }

    private CellResult notRun(Cell cell, CellResult sanity) {
        Expectation expectation = expectation(cell);
        if (open.cancelled()) {
            return CellResult.of(
                    cell, expectation, Result.SKIPPED, Optional.empty(), Duration.ZERO, "the run was cancelled");
        }
        return CellResult.of(
                cell,
                expectation,
                Result.HARNESS_FAILURE,
                Optional.empty(),
                Duration.ZERO,
                "the sanity cell " + sanity.id() + " failed: " + sanity.note().orElse("no reason given"));
    }
}
