package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import throughline.primary.disk.Disk;
import throughline.protocol.DiskName;
import throughline.protocol.replication.MachineName;

/** Disk images that are one machine. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before they are read
final class DiskOptions {
    @Parameters(
            paramLabel = "DISK",
            arity = "1..*",
            description = "The disk images of one machine; a file's name is the disk's name.")
    private List<Path> disks;

    @Option(
            names = "--machine",
            paramLabel = "NAME",
            description = "The machine's name at the replica (default: the name of its first disk).")
    private String machine;

    MachineName machine() throws BadInputException {
        // Before its name is looked at: a folder's may be none, such as ".".
        requireReadable(disks.get(0));
        try {
            return new MachineName(machine == null ? name(disks.get(0)).value() : machine);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    List<Disk> disks() throws BadInputException {
        List<Disk> opened = new ArrayList<>();
        for (Path disk : disks) {
            opened.add(open(disk));
        }
        return opened;
    }

    private static Disk open(Path disk) throws BadInputException {
        requireReadable(disk);
        if (Files.isRegularFile(disk) && disk.toFile().length() == 0) {
            throw new BadInputException(
                    "disk \"" + disk + "\" is empty; accepted is a disk image of at least one byte");
        }
        try {
            return Disk.ofFile(name(disk), disk);
        } catch (IOException e) {
            throw new BadInputException("disk \"" + disk + "\" cannot be read: " + e.getMessage());
        }
    }

    private static void requireReadable(Path disk) throws BadInputException {
        if (Files.isDirectory(disk)) {
            throw new BadInputException("disk \"" + disk + "\" is a folder; accepted is a disk image");
        }
        if (!Files.isReadable(disk)) {
            throw new BadInputException("disk \"" + disk + "\" cannot be read; accepted is a disk image");
        }
    }

    private static DiskName name(Path disk) throws BadInputException {
        Path name = disk.getFileName();
        try {
            return new DiskName(name == null ? "" : name.toString());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
