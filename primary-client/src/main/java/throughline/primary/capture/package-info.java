/**
 * Turns what libraries call back with into evidence at once, per connection, without secrets. Adds no traffic.
 */
@NullMarked
package throughline.primary.capture;

import org.jspecify.annotations.NullMarked;
