package throughline.replica.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** One face for everything that goes wrong with files. */
final class StorageFailure {
    /** How operating systems say ENOSPC and EDQUOT; Java has no type for either. */
    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

    private StorageFailure() {}

    static RefusedException of(String file, IOException cause) {
        String said = reason(cause);
        RefusalReason reason =
                FULL.stream().anyMatch(said::contains) ? RefusalReason.STORE_FULL : RefusalReason.STORAGE_FAILED;
        return new RefusedException(reason, file + ": " + said, cause);
    }

    static RefusedException of(String sentence) {
        return new RefusedException(RefusalReason.STORAGE_FAILED, sentence);
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "the file is missing";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }
}
