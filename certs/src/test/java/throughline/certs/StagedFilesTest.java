package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StagedFilesTest {
    private static final List<String> NAMES = List.of("one", "two");

    @TempDir
    Path parent;

    @Test
    void appearTogetherInAFolderThatIsMadeForThem() throws IOException {
        Path folder = parent.resolve("new/below");
        try (StagedFiles files = StagedFiles.in(folder, NAMES, false)) {
            writeBoth(files);
            assertThat(folder).doesNotExist();
            files.publish();
        }

        assertThat(content(folder)).containsExactlyInAnyOrder("one", "two");
        assertThat(folder.resolve("two")).hasContent("new two");
        assertThat(content(parent.resolve("new"))).containsExactly("below");
    }

    @Test
    void aNewFolderIsWrittenThroughDots() throws IOException {
        publish(parent.resolve("a/../b"), false);

        assertThat(content(parent)).containsExactly("b");
    }

    @Test
    void leaveNothingBehindWhenOneOfThemFails() throws IOException {
        try (StagedFiles files = StagedFiles.in(parent.resolve("new/below"), NAMES, false)) {
            files.write("one", file -> Files.writeString(file, "new one"));
            assertThatThrownBy(() -> files.write("two", file -> {
                        throw new IOException("no space");
                    }))
                    .hasMessage("no space");
        }

        assertThat(content(parent)).isEmpty();
    }

    @Test
    void whatExistsIsFoundBeforeAnythingIsWritten() throws IOException {
        Files.writeString(parent.resolve("two"), "old two");

        assertThatThrownBy(() -> StagedFiles.in(parent, NAMES, false))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(parent.resolve("two").toString());
        assertThat(content(parent)).containsExactly("two");
    }

    @Test
    void aFileThatAppearsMeanwhileIsLeftAndNothingIsPutBesideIt() throws IOException {
        try (StagedFiles files = StagedFiles.in(parent, NAMES, false)) {
            writeBoth(files);
            Files.writeString(parent.resolve("two"), "somebody else's");
            assertThatThrownBy(files::publish).isInstanceOf(FileAlreadyExistsException.class);
        }

        assertThat(content(parent)).containsExactly("two");
        assertThat(parent.resolve("two")).hasContent("somebody else's");
    }

    @Test
    void whatWasReplacedComesBackWhenALaterOneFails() throws IOException {
        Files.writeString(parent.resolve("one"), "old one");
        try (StagedFiles files = StagedFiles.in(parent, NAMES, true)) {
            writeBoth(files);
            Files.createDirectory(parent.resolve("two"));
            assertThatThrownBy(files::publish).isInstanceOf(FileSystemException.class);
        }

        assertThat(parent.resolve("one")).hasContent("old one");
        assertThat(content(parent)).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void replaceWhatExistsWhenAskedTo() throws IOException {
        Files.writeString(parent.resolve("one"), "old one");
        Files.writeString(parent.resolve("other"), "other");

        publish(parent, true);

        assertThat(parent.resolve("one")).hasContent("new one");
        assertThat(content(parent)).containsExactlyInAnyOrder("one", "two", "other");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege")
    void aLinkIsReplacedAndNotFollowed() throws IOException {
        Path elsewhere = Files.writeString(parent.resolve("elsewhere"), "precious");
        Path folder = Files.createDirectory(parent.resolve("folder"));
        Files.createSymbolicLink(folder.resolve("one"), elsewhere);
        Files.createSymbolicLink(folder.resolve("two"), parent.resolve("nowhere"));

        assertThatThrownBy(() -> StagedFiles.in(folder, List.of("two"), false))
                .isInstanceOf(FileAlreadyExistsException.class);
        publish(folder, true);

        assertThat(elsewhere).hasContent("precious");
        assertThat(folder.resolve("one")).isRegularFile().hasContent("new one");
        assertThat(parent.resolve("nowhere")).doesNotExist();
    }

    @Test
    void aFolderOfTheNameIsNeverReplaced() throws IOException {
        Files.createDirectory(parent.resolve("one"));

        assertThatThrownBy(() -> StagedFiles.in(parent, NAMES, true))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("a folder has the name of a file");
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "a file");

        assertThatThrownBy(() -> StagedFiles.in(file, NAMES, true)).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> StagedFiles.in(file.resolve("below"), NAMES, true))
                .isInstanceOf(FileSystemException.class);
        assertThat(file).hasContent("a file");
    }

    @Test
    void nothingCanBeWrittenAfterItWasGivenUp() throws IOException {
        StagedFiles files = StagedFiles.in(parent, NAMES, false);
        files.close();

        assertThatThrownBy(() -> writeBoth(files)).isInstanceOf(IOException.class);
        assertThatThrownBy(files::publish).isInstanceOf(IOException.class);
        assertThat(content(parent)).isEmpty();
    }

    private static void publish(Path folder, boolean replace) throws IOException {
        try (StagedFiles files = StagedFiles.in(folder, NAMES, replace)) {
            writeBoth(files);
            files.publish();
        }
    }

    private static void writeBoth(StagedFiles files) throws IOException {
        for (String name : NAMES) {
            files.write(name, file -> Files.writeString(file, "new " + name));
        }
    }

    private static List<String> content(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
