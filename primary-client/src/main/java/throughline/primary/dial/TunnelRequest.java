package throughline.primary.dial;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** Asks one proxy for a tunnel. One per dialled connection: it remembers over a reconnection what was already tried. */
interface TunnelRequest {

    /**
     * Speaks to the proxy until the tunnel is open.
     *
     * @return what arrives through the tunnel; null when the proxy has to be connected anew for the next request
     * @throws TunnelException when it opens none
     */
    @Nullable
    InputStream open(Socket socket) throws IOException;
}
