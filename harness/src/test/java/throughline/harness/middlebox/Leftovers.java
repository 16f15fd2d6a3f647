package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** What a closed box may not leave behind. */
final class Leftovers {
    private Leftovers() {}

    /** Closes the box, which has to be the only open one, and looks for its threads and its port. */
    static void afterClosing(Middlebox box) {
        assertThat(threads()).as("threads of the open box").isNotEmpty();

        long start = System.nanoTime();
        box.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(threads()).isEmpty();
        assertThatThrownBy(() ->
                        new Socket(box.address().getAddress(), box.address().getPort()).close())
                .isInstanceOf(ConnectException.class);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("throughline-"))
                .toList();
    }
}
