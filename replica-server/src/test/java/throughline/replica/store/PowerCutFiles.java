package throughline.replica.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import throughline.protocol.RefusedException;

/**
 * Files that tell what a cut of power would leave of them. What was not forced survives or not, each write and each change of
 * a folder for itself; a write may also be torn.
 */
final class PowerCutFiles implements StoreFiles {
    private final Map<String, Inode> names = new TreeMap<>();
    private final Map<String, Inode> durableNames = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private Runnable before = () -> {};
    private Predicate<String> ignored = name -> false;

    /** What happens to a thing that was not forced. */
    enum Fate {
        KEPT,
        LOST,
        /** The first half of it is there. */
        TORN,
        /** The same, and zeros after it: the file had grown already. */
        HOLLOW
    }

    /** How things go when power is cut. */
    interface Survival {
        Fate next();

        static Survival nothing() {
            return () -> Fate.LOST;
        }

        static Survival byChance(long seed) {
            Random random = new Random(seed);
            List<Fate> fates = List.of(Fate.values());
            return () -> fates.get(random.nextInt(fates.size()));
        }
    }

    /** A change of a folder: names that go, and a name that comes. */
    private record Change(String folder, List<String> gone, String come, Inode inode) {}

    private static final class Write {
        private final long position;
        private final byte[] data;
        private final boolean cut;

        Write(long position, byte[] data, boolean cut) {
            this.position = position;
            this.data = data;
            this.cut = cut;
        }

        Write surviving(Fate fate) {
            if (fate == Fate.KEPT) {
                return this;
            }
            byte[] half = Arrays.copyOf(data, data.length / 2);
            return new Write(position, fate == Fate.TORN ? half : Arrays.copyOf(half, data.length), cut);
        }
    }

    private static final class Inode {
        private byte[] now = {};
        private byte[] durable = {};
        private final List<Write> writes = new ArrayList<>();

        Inode surviving(Survival survival) {
            Inode after = new Inode();
            byte[] content = durable;
            for (Write write : writes) {
                Fate fate = survival.next();
                if (fate != Fate.LOST) {
                    content = apply(content, write.surviving(fate));
                }
            }
            after.now = content;
            after.durable = content;
            return after;
        }

        Inode copy() {
            Inode copy = new Inode();
            copy.now = now;
            copy.durable = durable;
            copy.writes.addAll(writes);
            return copy;
        }

        private static byte[] apply(byte[] content, Write write) {
            int position = (int) write.position;
            int length = write.data.length;
            if (write.cut) {
                return Arrays.copyOf(content, Math.min(content.length, position));
            }
            byte[] written = Arrays.copyOf(content, Math.max(content.length, position + length));
            System.arraycopy(write.data, 0, written, position, length);
            return written;
        }
    }

    /** Called before each operation that changes something. */
    void before(Runnable operation) {
        before = operation;
    }

    /** Lies about forcing what is named so. */
    void ignoreForcing(Predicate<String> names) {
        ignored = names;
    }

    /** What is there when power comes back. */
    PowerCutFiles after(Survival survival) {
        Map<String, Inode> left = new TreeMap<>(durableNames);
        for (Change change : changes) {
            if (survival.next() != Fate.LOST) {
                apply(left, change);
            }
        }
        PowerCutFiles after = new PowerCutFiles();
        left.forEach((name, inode) -> after.names.put(name, inode.surviving(survival)));
        after.durableNames.putAll(after.names);
        return after;
    }

    /** What is there when only the process has died: all of it, but not forced. */
    PowerCutFiles afterProcess() {
        PowerCutFiles after = new PowerCutFiles();
        Map<Inode, Inode> copies = new HashMap<>();
        Function<Inode, Inode> copy = inode -> copies.computeIfAbsent(inode, Inode::copy);
        names.forEach((name, inode) -> after.names.put(name, copy.apply(inode)));
        durableNames.forEach((name, inode) -> after.durableNames.put(name, copy.apply(inode)));
        for (Change change : changes) {
            after.changes.add(new Change(change.folder(), change.gone(), change.come(), copy.apply(change.inode())));
        }
        return after;
    }

    @Override
    public StoreFile create(String name) {
        before.run();
        Inode inode = new Inode();
        change(new Change(folder(name), List.of(), name, inode));
        return new Opened(name, inode);
    }

    @Override
    public StoreFile open(String name) throws RefusedException {
        return new Opened(name, existing(name));
    }

    @Override
    public List<String> list(String folder) {
        return names.keySet().stream()
                .filter(name -> folder(name).equals(folder))
                .map(name -> name.substring(folder.length() + 1))
                .toList();
    }

    @Override
    public void createFolder(String folder) {}

    @Override
    public void rename(String from, String to) throws RefusedException {
        before.run();
        change(new Change(folder(to), List.of(from), to, existing(from)));
    }

    @Override
    public void delete(String name) {
        if (names.containsKey(name)) {
            before.run();
            change(new Change(folder(name), List.of(name), "", new Inode()));
        }
    }

    @Override
    public void forceFolder(String folder) {
        before.run();
        if (ignored.test(folder)) {
            return;
        }
        for (Change change : List.copyOf(changes)) {
            if (change.folder().equals(folder)) {
                apply(durableNames, change);
                changes.remove(change);
            }
        }
    }

    @Override
    public String describe(String name) {
        return name;
    }

    private void change(Change change) {
        changes.add(change);
        apply(names, change);
    }

    private static void apply(Map<String, Inode> names, Change change) {
        change.gone().forEach(names::remove);
        if (!change.come().isEmpty()) {
            names.put(change.come(), change.inode());
        }
    }

    private Inode existing(String name) throws RefusedException {
        Inode inode = names.get(name);
        if (inode == null) {
            IOException missing = new NoSuchFileException(name);
            throw StorageFailure.of(name, missing);
        }
        return inode;
    }

    private static String folder(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    private final class Opened implements StoreFile {
        private final String name;
        private final Inode inode;

        Opened(String name, Inode inode) {
            this.name = name;
            this.inode = inode;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            if (position >= inode.now.length) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), inode.now.length - position);
            target.put(inode.now, (int) position, count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            before.run();
            byte[] data = new byte[source.remaining()];
            source.get(data);
            add(new Write(position, data, false));
        }

        @Override
        public void force() {
            before.run();
            if (!ignored.test(name)) {
                inode.durable = inode.now;
                inode.writes.clear();
            }
        }

        @Override
        public void truncate(long size) {
            if (size < inode.now.length) {
                before.run();
                add(new Write(size, new byte[0], true));
            }
        }

        @Override
        public long size() {
            return inode.now.length;
        }

        @Override
        public void close() {}

        private void add(Write write) {
            inode.writes.add(write);
            inode.now = Inode.apply(inode.now, write);
        }
    }
}
