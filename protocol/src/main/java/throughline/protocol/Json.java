package throughline.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Records to JSON and back: the one user of Jackson, for messages, case files, verdicts and runs alike. Absent values
 * are left out, unknown fields are ignored (a newer sender may have more to say), enum constants are written in
 * lower case with hyphens. What is read is bounded in depth and in the length of every text.
 */
public final class Json {
    /** Far above every message and case file; what is longer is not one of ours. */
    private static final int LONGEST_DOCUMENT = 16 << 20;

    private static final int DEEPEST = 32;

    private final JsonMapper mapper;

    private Json(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** For records without sealed alternatives. */
    public static Json plain() {
        return Plain.INSTANCE;
    }

    /** For records that hold a {@code base}: each alternative is written with its name in a field of its own, "kind". */
    public static <T> Json withKinds(Class<T> base, Map<String, Class<? extends T>> kinds) {
        JsonMapper.Builder builder = builder().addMixIn(base, Kind.class);
        kinds.forEach((name, type) -> builder.registerSubtypes(new NamedType(type, name)));
        return new Json(builder.build());
    }

    public byte[] encode(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /** The same for people: indented, ends with a line feed. */
    public String pretty(Object value) {
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    }

    /** The fields of a record as they would be written, in order. */
    public Map<String, Object> fields(Object value) {
        return mapper.convertValue(value, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /** Reads one document; more than 16 MiB, a nesting of more than 32, or another shape is refused. */
    public <T> T decode(byte[] bytes, Class<T> type) throws MalformedMessageException {
        try {
            T value = mapper.readValue(bytes, type);
            if (value == null) {
                throw new MalformedMessageException("JSON null; accepted is a " + type.getSimpleName());
            }
            return value;
        } catch (JacksonException e) {
            throw new MalformedMessageException(
                    "not a " + type.getSimpleName() + " in JSON: " + Excerpt.of(e.getOriginalMessage(), 200), e);
        }
    }

    private static JsonMapper.Builder builder() {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxDocumentLength(LONGEST_DOCUMENT)
                .maxStringLength(LONGEST_DOCUMENT)
                .maxNestingDepth(DEEPEST)
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .annotationIntrospector(new Names())
                .changeDefaultPropertyInclusion(
                        inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // A component that is missing must not become a null inside a non-null type.
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface Kind {}

    /** Enum constants as {@code lower-case}; a record whose one component is called {@code value} as that value. */
    private static final class Names extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
            for (int i = 0; i < constants.length; i++) {
                names[i] = constants[i].name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
            return names;
        }

        @Override
        public Boolean hasAsValue(MapperConfig<?> config, Annotated member) {
            return (member instanceof AnnotatedMethod method && isValueRecord(method.getDeclaringClass()))
                    ? Boolean.valueOf(method.getName().equals("value"))
                    : super.hasAsValue(config, member);
        }

        @Override
        public JsonCreator.Mode findCreatorAnnotation(MapperConfig<?> config, Annotated member) {
            return (member instanceof AnnotatedConstructor constructor
                            && isValueRecord(constructor.getDeclaringClass()))
                    ? JsonCreator.Mode.DELEGATING
                    : super.findCreatorAnnotation(config, member);
        }

        private static boolean isValueRecord(Class<?> type) {
            return type.isRecord()
                    && type.getRecordComponents().length == 1
                    && type.getRecordComponents()[0].getName().equals("value");
        }
    }

    private static final class Plain {
        static final Json INSTANCE = new Json(builder().build());
    }
}
