package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The old content of blocks, in memory up to a limit and beyond it in a sparse file, where each has its own place. */
final class KeptBlocks implements AutoCloseable {
    private final Keeping keeping;
    private final Map<Long, byte[]> inMemory = new HashMap<>();
    private final BlockSet inFile;
    private long memory;
    private @Nullable DiskFile file;

    KeptBlocks(Keeping keeping, long size) {
        this.keeping = keeping;
        this.inFile = new BlockSet(size);
    }

    boolean contains(long block) {
        return inMemory.containsKey(block) || inFile.contains(block);
    }

    void keep(long block, byte[] content) throws IOException {
        if (memory + content.length <= keeping.memory()) {
            inMemory.put(block, content);
            memory += content.length;
            return;
        }
        DiskFile target = file;
        if (target == null) {
            target = open();
            file = target;
        }
        target.write(block * BlockSet.BLOCK, ByteBuffer.wrap(content));
        inFile.addBlock(block);
    }

    /** Fills the target from inside a block that is kept. */
    void read(long block, int start, ByteBuffer target) throws IOException {
        byte[] content = inMemory.get(block);
        if (content != null) {
            target.put(content, start, target.remaining());
        } else if (file != null) {
            file.read(block * BlockSet.BLOCK + start, target);
        }
    }

    @Override
    public void close() {
        inMemory.clear();
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                // Nobody reads it any more.
            }
        }
    }

    private DiskFile open() throws IOException {
        Path path = Files.createTempFile(keeping.folder(), "throughline-kept-", ".blocks");
        try {
            return DiskFile.of(
                    path,
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE));
        } finally {
            unlink(path);
        }
    }

    /** Where an open file may be without a name, it has none that outlives a process that is killed. */
    private static void unlink(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Windows keeps it until it is closed.
        }
    }
}
