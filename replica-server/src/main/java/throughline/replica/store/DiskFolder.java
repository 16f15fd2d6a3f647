package throughline.replica.store;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import throughline.protocol.Block;
import throughline.protocol.ChangeSetId;
import throughline.protocol.ChangeSetReader;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.DiskName;
import throughline.protocol.DiskState;
import throughline.protocol.Json;
import throughline.protocol.Receipt;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** The files of one disk. {@link DiskStore} says what they are and why they survive a crash. */
final class DiskFolder {
    private static final String INCOMING = "incoming-";
    private static final int LARGEST_RECORD = 4096;

    private final Path folder;
    private final DiskName disk;
    private final AtomicLong arrivals = new AtomicLong();
    private boolean swept;

    DiskFolder(Path folder, DiskName disk) {
        this.folder = folder;
        this.disk = disk;
    }

    static boolean exists(Path folder) {
        return Files.exists(recordIn(folder));
    }

    static Path image(Path folder) {
        return folder.resolve("image");
    }

    synchronized DiskState declare(DiskDeclaration declaration) throws RefusedException {
        if (!exists(folder)) {
            Stable.attempt(folder, () -> create(declaration));
        }
        DiskRecord known = current();
        DiskRecord declared = known.declared(disk, declaration);
        if (!declared.equals(known)) {
            keep(declared);
        }
        return declared.state(disk);
    }

    /** Not synchronized as a whole: while one change set arrives slowly, or never ends, its repetition may overtake it. */
    Receipt receive(ChangeSetId id, InputStream body) throws IOException {
        DiskRecord before = current();
        before.admit(id);
        Path file = folder.resolve(INCOMING + arrivals.incrementAndGet());
        try (Arrival arrival = Arrival.receive(file, before.size(), body)) {
            return apply(id, arrival);
        }
    }

    private synchronized Receipt apply(ChangeSetId id, Arrival arrival) throws RefusedException {
        DiskRecord before = current();
        before.admit(id);
        if (before.repeats(id, arrival.content().digest())) {
            return before.receipt(disk);
        }
        Path redo = redo(id.epoch(), id.sequence());
        Stable.attempt(redo, () -> arrival.commitAs(redo));
        return finish(redo, before).receipt(disk);
    }

    /** The record, once whatever an earlier process or a failed write left behind has been dealt with. */
    private synchronized DiskRecord current() throws RefusedException {
        if (!swept) {
            Stable.attempt(folder, this::discardArrivals);
            swept = true;
        }
        DiskRecord record = read();
        Path done = redo(record.epoch(), record.lastSequence());
        Stable.attempt(done, () -> Files.deleteIfExists(done));
        Path committed = redo(record.epoch(), record.lastSequence() + 1);
        return Files.exists(committed) ? finish(committed, record) : record;
    }

    /** Applies a committed change set; doing so again, after any part of it was done before, comes to the same. */
    private DiskRecord finish(Path redo, DiskRecord before) throws RefusedException {
        ChangeSetContent content = applyToImage(redo, before.size());
        DiskRecord after = before.after(content);
        keep(after);
        Stable.attempt(redo, () -> Files.delete(redo));
        return after;
    }

    private ChangeSetContent applyToImage(Path redo, long size) throws RefusedException {
        Path file = image(folder);
        try (InputStream in = new BufferedInputStream(new FileInputStream(redo.toFile()));
                RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            if (image.length() != size) {
                throw new IOException("the image has " + image.length() + " bytes, declared are " + size);
            }
            ChangeSetContent content =
                    ChangeSetContent.read(new ChangeSetReader(in), size, block -> write(image, block));
            image.getFD().sync();
            return content;
        } catch (RefusedException e) {
            // It was whole and right when it was forced: a checksum that no longer holds is the storage's failure.
            throw e.reason() == RefusalReason.SHUTTING_DOWN ? e : Stable.failed(redo, e);
        } catch (IOException e) {
            throw Stable.failed(file, e);
        }
    }

    private void write(RandomAccessFile image, Block block) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new RefusedException(
                    RefusalReason.SHUTTING_DOWN,
                    "disk " + disk + ": the change set is kept and applied at the next start");
        }
        image.seek(block.offset());
        ByteBuffer data = block.data();
        image.write(data.array(), data.arrayOffset() + data.position(), data.remaining());
    }

    private void create(DiskDeclaration declaration) throws IOException {
        Stable.createFolder(folder);
        Path image = image(folder);
        // Of a disk whose creation was cut short; it was never declared, so nothing in it counts.
        Files.deleteIfExists(image);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(declaration.size());
            file.getFD().sync();
        }
        keep(DiskRecord.fresh(declaration));
    }

    private DiskRecord read() throws RefusedException {
        Path file = recordIn(folder);
        try (InputStream in = Files.newInputStream(file)) {
            return Json.plain().decode(in.readNBytes(LARGEST_RECORD), DiskRecord.class);
        } catch (IOException e) {
            throw Stable.failed(file, e);
        }
    }

    private void keep(DiskRecord record) throws RefusedException {
        Path file = recordIn(folder);
        Stable.attempt(file, () -> Stable.write(file, Json.plain().encode(record)));
    }

    private void discardArrivals() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, INCOMING + "*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private Path redo(long epoch, long sequence) {
        return folder.resolve("redo-" + epoch + "-" + sequence);
    }

    private static Path recordIn(Path folder) {
        return folder.resolve("disk.json");
    }
}
