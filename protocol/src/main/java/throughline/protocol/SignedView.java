package throughline.protocol;

import java.util.List;

/**
 * The answer to an announcement: a {@link ReplicaView} with the replica's signature. The signature covers
 * {@link #DOMAIN}, a zero byte and the view's bytes exactly as they travelled, so that no re-encoding can change them.
 *
 * @param view the JSON text of the {@link ReplicaView}, Base64
 * @param certificates the replica's chain, DER in Base64, leaf first, at most 8
 * @param algorithm the JCA name of the signature algorithm, one of {@code SHA256withECDSA}, {@code SHA256withRSA},
 *     {@code Ed25519}
 * @param signature Base64
 */
public record SignedView(String view, List<String> certificates, String algorithm, String signature) {

    /** Keeps a signature made here from meaning anything in another protocol. */
    public static final String DOMAIN = "throughline replica view v1";
}
