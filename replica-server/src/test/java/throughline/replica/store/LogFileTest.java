package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.replica.store.PowerCutFiles.Fate;

class LogFileTest {
    private static final String NAME = "log/00000001.log";

    private PowerCutFiles files = new PowerCutFiles();
    private LogFile log;

    @BeforeEach
    void begin() throws RefusedException {
        log = LogFile.create(files, NAME, new UUID(1, 2), 1);
        log.force();
        files.forceFolder("log");
    }

    @Test
    void whatWasAppendedIsRead() throws RefusedException {
        long position = log.append(new LogRecord.StoreKept(7), 0);

        assertThat(position).isEqualTo(36);
        assertThat(log.read(36)).contains(new LogFile.Entry(new LogRecord.StoreKept(7), 36, log.end()));
        // 20 bytes before it, its type, and a number.
        assertThat(log.end()).isEqualTo(36 + 20 + 1 + 8);
        assertThat(log.read(log.end())).isEmpty();
    }

    @Test
    void aTornEndIsCutOff() throws RefusedException {
        log.append(new LogRecord.StoreKept(7), 36);
        log.append(new LogRecord.StoreKept(8), 36);
        cutPower(Fate.HOLLOW, Fate.KEPT);
        assertThat(log.read(36)).isEmpty();

        log.cut(36);

        assertThat(log.end()).isEqualTo(36);
    }

    @Test
    void whatWasCutOffDoesNotComeBackBehindAnotherRecord() throws RefusedException {
        log.append(new LogRecord.StoreKept(7), 36);
        long second = log.append(new LogRecord.StoreKept(8), 36);
        cutPower(Fate.LOST, Fate.KEPT);
        log.cut(36);
        log.append(new LogRecord.StoreKept(9), 36);
        // Were the cut not forced, it would be the first thing to be lost.
        cutPower(Fate.LOST, Fate.KEPT);

        assertThat(log.read(second)).isEmpty();
    }

    @Test
    void anOlderLogStaysUntilTheNameOfTheNewOneIsForced() throws RefusedException {
        LogFile next = LogFile.create(files, "log/00000002.log.new", new UUID(1, 2), 2);
        next.force();
        files.rename("log/00000002.log.new", "log/00000002.log");
        assertThat(ChangeLog.openFile(files, false).number()).isEqualTo(2);

        Iterator<Fate> fates = List.of(Fate.LOST, Fate.LOST).iterator();
        files = files.after(() -> fates.hasNext() ? fates.next() : Fate.KEPT);

        assertThat(files.list("log")).contains("00000002.log");
    }

    @Test
    void damageBeforeARecordThatKnowsBetterIsNotATornEnd() throws RefusedException {
        log.append(new LogRecord.StoreKept(7), 36);
        log.append(new LogRecord.StoreKept(8), 65);
        flip(36 + 25);
        assertThat(log.read(36)).isEmpty();

        OneMachine.assertRefused(
                () -> log.cut(36),
                RefusalReason.STORAGE_FAILED,
                NAME + ": the record at 36 is damaged, and the one at 65");
    }

    @Test
    void aDamagedLengthDoesNotHideThat() throws RefusedException {
        log.append(new LogRecord.StoreKept(7), 36);
        log.append(new LogRecord.StoreKept(8), 65);
        flip(36 + 4);

        OneMachine.assertRefused(() -> log.cut(36), RefusalReason.STORAGE_FAILED, "the record at 36 is damaged");
    }

    @Test
    void aFileThatIsNoLogIsNotOpened() throws RefusedException {
        flip(3);

        OneMachine.assertRefused(
                () -> LogFile.open(files, NAME), RefusalReason.STORAGE_FAILED, NAME + ": does not start as a log");
    }

    private void flip(long position) throws RefusedException {
        StoreFile file = files.open(NAME);
        ByteBuffer one = ByteBuffer.allocate(1);
        file.read(one, position);
        one.put(0, (byte) (one.get(0) ^ 0x40));
        file.write(one.flip(), position);
    }

    /** What was not forced goes these ways in turn. */
    private void cutPower(Fate... fates) throws RefusedException {
        Iterator<Fate> next = List.of(fates).iterator();
        files = files.after(() -> next.hasNext() ? next.next() : Fate.KEPT);
        log = LogFile.open(files, NAME);
    }
}
