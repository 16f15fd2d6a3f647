package throughline.replica.store;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.Receipt;

/** Writes the parts of a {@link LogRecord}; {@link RecordInput} reads them. */
final class RecordOutput {
    private final DataOutputStream out;

    RecordOutput(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    RecordOutput type(int type) throws IOException {
        out.writeByte(type);
        return this;
    }

    RecordOutput number(long number) throws IOException {
        out.writeLong(number);
        return this;
    }

    RecordOutput machine(MachineName machine) throws IOException {
        out.writeUTF(machine.value());
        return this;
    }

    RecordOutput owner(MachineOwner owner) throws IOException {
        out.writeUTF(owner.primary().value());
        out.writeUTF(owner.trustGroup());
        return this;
    }

    RecordOutput disks(List<DeclaredDisk> disks) throws IOException {
        out.writeShort(disks.size());
        for (DeclaredDisk disk : disks) {
            out.writeUTF(disk.disk().value());
            out.writeLong(disk.size());
        }
        return this;
    }

    RecordOutput changeSet(ChangeSetId id) throws IOException {
        return machine(id.machine()).number(id.epoch()).number(id.sequence());
    }

    RecordOutput receipt(Receipt receipt) throws IOException {
        return changeSet(new ChangeSetId(receipt.machine(), receipt.epoch(), receipt.sequence()))
                .digest(receipt.digest())
                .number(receipt.slices())
                .number(receipt.blocks())
                .number(receipt.bytes());
    }

    RecordOutput digest(String digest) throws IOException {
        out.write(HexFormat.of().parseHex(digest));
        return this;
    }

    /** Entries of one length. */
    RecordOutput bytes(byte[] bytes, int entry) throws IOException {
        out.writeInt(bytes.length / entry);
        out.write(bytes);
        return this;
    }
}
