package throughline.harness.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import throughline.harness.topology.Cell;
import throughline.primary.CaseFormat;
import throughline.protocol.Json;

/**
 * The folder that a run is written to: {@code run.json}, and below {@code cells} a folder per cell with {@code case.json}
 * and {@code verdict.json}. Each file appears whole or not at all. Safe for several threads.
 */
public final class RunStore {
    private final Path folder;

    private RunStore(Path folder) {
        this.folder = folder;
    }

    /** Makes the folder where it is missing; fails now rather than after the run when it cannot be written. */
    public static RunStore in(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("cells"));
        Path probe = Files.createTempFile(folder, ".probe-", "");
        Files.delete(probe);
        return new RunStore(folder);
    }

    void write(Cell cell, Attempt attempt) throws IOException {
        Path cellFolder = Files.createDirectories(folder.resolve("cells").resolve(cell.id()));
        replace(cellFolder.resolve("case.json"), CaseFormat.write(attempt.caseFile()));
        replace(cellFolder.resolve("verdict.json"), CaseFormat.write(attempt.verdict()));
    }

    public void write(RunRecord run) throws IOException {
        replace(folder.resolve("run.json"), json(run));
    }

    /** The text of {@code run.json}. */
    public static String json(RunRecord run) {
        return Json.plain().pretty(run);
    }

    private static void replace(Path file, String content) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), ".new-", "");
        Files.writeString(fresh, content);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
