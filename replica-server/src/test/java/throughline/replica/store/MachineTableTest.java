package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MachineTableTest {
    private static final long MOST_OF_A_SLICE = 1L << 62;

    @Test
    void bytesAreSummedAcrossBothHalves() throws SQLException {
        assertThat(sums(MOST_OF_A_SLICE, (1L << 32) - 1, 7)).containsExactly(3, MOST_OF_A_SLICE + (1L << 32) + 6);
    }

    @Test
    void moreBytesThanThereAreNumbersForAreAsManyAsThereAre() throws SQLException {
        assertThat(sums(MOST_OF_A_SLICE, MOST_OF_A_SLICE, MOST_OF_A_SLICE)).containsExactly(3, Long.MAX_VALUE);
    }

    @Test
    void noSliceSumsUpToNothing() throws SQLException {
        assertThat(sums()).containsExactly(0, 0);
    }

    private static long[] sums(long... slices) throws SQLException {
        try (IndexDatabase database = new IndexDatabase(IndexDatabase.connect(IndexDatabase.MEMORY))) {
            database.script(MachineTable.SCHEMA);
            MachineTable table = new MachineTable(database);
            for (int i = 0; i < slices.length; i++) {
                table.insert(1, true, i, new SliceRow("00", 1, slices[i]));
            }
            return table.sums(1, slices.length);
        }
    }
}
