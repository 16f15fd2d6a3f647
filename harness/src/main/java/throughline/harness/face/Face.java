package throughline.harness.face;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What showed of one connection through a box, reduced to what is the same in every run.
 *
 * @param words one line of text per field; a field that nobody looked at is missing, one that was not there is {@link #NOTHING}
 */
public record Face(Map<FaceField, String> words) {
    /** Looked for, and not there. */
    public static final String NOTHING = "-";

    public Face {
        words = Map.copyOf(words);
    }

    /** Absent when nobody looked. */
    public Optional<String> of(FaceField field) {
        return Optional.ofNullable(words.get(field));
    }

    /** In the order of the fields; a field that one of both does not know is no difference. */
    public List<FaceDifference> differencesFrom(Face twin) {
        List<FaceDifference> differences = new ArrayList<>();
        for (FaceField field : FaceField.values()) {
            Optional<String> own = of(field);
            Optional<String> other = twin.of(field);
            if (own.isPresent() && other.isPresent() && !field.same(own.get(), other.get())) {
                differences.add(new FaceDifference(field, own.get(), other.get()));
            }
        }
        return differences;
    }

    /** What this one knows, and for the rest what the other does. */
    Face or(Face other) {
        Map<FaceField, String> both = new EnumMap<>(FaceField.class);
        both.putAll(other.words);
        both.putAll(words);
        return new Face(both);
    }
}
