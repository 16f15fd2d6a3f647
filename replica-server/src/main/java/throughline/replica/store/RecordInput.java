package throughline.replica.store;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import throughline.protocol.DiskName;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.Receipt;

/** Reads what {@link RecordOutput} writes. What cannot be is an {@link IllegalArgumentException} or an {@link IOException}. */
final class RecordInput {
    private static final int DIGEST_LENGTH = 32;

    private final DataInputStream in;

    RecordInput(DataInputStream in) {
        this.in = in;
    }

    int type() throws IOException {
        return in.readUnsignedByte();
    }

    /** From 0. */
    long number() throws IOException {
        return atMost(Long.MAX_VALUE);
    }

    /** The number of a block file, from 0. */
    int file() throws IOException {
        return (int) atMost(Integer.MAX_VALUE);
    }

    int disk() throws IOException {
        return (int) atMost(MachineDeclaration.MOST_DISKS - 1);
    }

    MachineName machine() throws IOException {
        return new MachineName(in.readUTF());
    }

    MachineOwner owner() throws IOException {
        return new MachineOwner(new PrimaryName(in.readUTF()), in.readUTF());
    }

    List<DeclaredDisk> disks() throws IOException {
        int count = in.readUnsignedShort();
        if (count > MachineDeclaration.MOST_DISKS) {
            throw new IOException("it has " + count + " disks; accepted are up to " + MachineDeclaration.MOST_DISKS);
        }
        List<DeclaredDisk> disks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            disks.add(new DeclaredDisk(new DiskName(in.readUTF()), atMost(DeclaredDisk.MAXIMUM_SIZE)));
        }
        return disks;
    }

    ChangeSetId changeSet() throws IOException {
        return new ChangeSetId(machine(), number(), number());
    }

    Receipt receipt() throws IOException {
        ChangeSetId id = changeSet();
        return new Receipt(id.machine(), id.epoch(), id.sequence(), digest(), number(), number(), number());
    }

    String digest() throws IOException {
        return HexFormat.of().formatHex(exactly(DIGEST_LENGTH));
    }

    byte[] bytes(int entry) throws IOException {
        long count = in.readInt();
        if (count < 0 || count * entry > in.available()) {
            throw new IOException("it announces " + count + " entries and has " + in.available() + " bytes left");
        }
        return exactly((int) count * entry);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private long atMost(long highest) throws IOException {
        long number = in.readLong();
        if (number < 0 || number > highest) {
            throw new IOException("it has the number " + number + "; accepted are 0 to " + highest);
        }
        return number;
    }
}
