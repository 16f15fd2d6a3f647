/**
 * From a case file to a verdict: rules claim, the diagnostician ranks. Pure: no socket, file or clock.
 */
@NullMarked
package throughline.primary.diagnosis;

import org.jspecify.annotations.NullMarked;
