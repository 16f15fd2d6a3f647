package throughline.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Credentials that are read again when their files have changed. */
final class ChangingFiles implements CredentialsSource {
    /** The coarsest time of modification in use (FAT): two writes within it may leave the same. */
    private static final Duration COARSEST_TIME = Duration.ofSeconds(2);

    private final CredentialFiles files;
    private final Duration interval;
    private @Nullable Reading last;
    private long lookedAt;

    /** What was read, or why nothing could be. Absent stamps stand for files to be read again in any case. */
    private record Reading(
            Optional<List<Stamp>> stamps,
            Optional<Credentials> credentials,
            Optional<UnusableIdentityException> failure) {

        Credentials orThrow() throws UnusableIdentityException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            return credentials.orElseThrow();
        }
    }

    /** Absent values: there is no such file, or it cannot be looked at. */
    private record Stamp(Optional<Long> size, Optional<FileTime> modified, Optional<Object> file) {}

    ChangingFiles(CredentialFiles files, Duration interval) {
        this.files = files;
        this.interval = interval;
    }

    @Override
    public synchronized Credentials current() throws UnusableIdentityException {
        long now = System.nanoTime();
        if (last == null || now - lookedAt >= interval.toNanos()) {
            last = looked(last);
            lookedAt = now;
        }
        return last.orThrow();
    }

    private Reading looked(@Nullable Reading before) {
        List<Stamp> stamps = stamps();
        if (before != null && before.stamps().equals(Optional.of(stamps))) {
            return before;
        }
        Reading reading = read(stamps);
        if (before != null && !stamps().equals(stamps)) {
            // Changed while they were read: the set may be a mixture, and is read again at the next look.
            return before;
        }
        return reading;
    }

    private Reading read(List<Stamp> stamps) {
        Instant settled = Instant.now().minus(COARSEST_TIME);
        boolean mayChangeUnseen = stamps.stream()
                .flatMap(stamp -> stamp.modified().stream())
                .anyMatch(modified -> modified.toInstant().isAfter(settled));
        Optional<List<Stamp>> known = mayChangeUnseen ? Optional.empty() : Optional.of(stamps);
        try {
            return new Reading(known, Optional.of(files.read()), Optional.empty());
        } catch (UnusableIdentityException unusable) {
            return new Reading(known, Optional.empty(), Optional.of(unusable));
        }
    }

    private List<Stamp> stamps() {
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : files.all()) {
            stamps.add(stamp(file));
        }
        return stamps;
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    Optional.of(attributes.size()),
                    Optional.of(attributes.lastModifiedTime()),
                    Optional.ofNullable(attributes.fileKey()));
        } catch (IOException unreadable) {
            return new Stamp(Optional.empty(), Optional.empty(), Optional.empty());
        }
    }
}
