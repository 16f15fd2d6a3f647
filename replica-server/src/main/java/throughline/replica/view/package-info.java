/** What a replica sees of the connections it accepts: hello, handshake, certificate and requests, joined per connection. */
@NullMarked
package throughline.replica.view;

import org.jspecify.annotations.NullMarked;
