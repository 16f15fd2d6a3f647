package throughline.harness.middlebox.persona;

import java.util.Optional;

/**
 * One line of a persona.
 *
 * @param line from 1
 * @param source where it is documented or recorded; absent when the file does not say
 */
public record Statement(int line, PersonaKey key, String value, Optional<String> source) {}
