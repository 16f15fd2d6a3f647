package throughline.identity.revocation;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What an OCSP answer says of one certificate, as far as the JDK does not tell (RFC 6960, 4.2.1). Nothing is verified
 * here.
 *
 * @param responseStatus 0 is successful
 * @param said what it says of the certificate; empty if it does not speak of it
 */
record OcspAnswer(int responseStatus, Optional<Single> said) {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");
    private static final int REVOKED = 1;
    private static final int UNKNOWN = 2;

    /** SingleResponse; the certificate's status is the number of its tag. */
    record Single(int certStatus, Optional<Instant> revokedAt, Optional<Instant> nextUpdate) {
        boolean revoked() {
            return certStatus == REVOKED;
        }

        boolean unknown() {
            return certStatus == UNKNOWN;
        }
    }

    static OcspAnswer read(byte[] der, BigInteger serialNumber) throws MalformedDerException {
        DerElement response = DerElement.of(der);
        byte[] status = response.required(DerElement.ENUMERATED).content();
        if (status.length != 1) {
            throw new MalformedDerException();
        }
        Optional<DerElement> responseBytes = response.child(DerElement.constructed(0));
        return new OcspAnswer(
                status[0] & 0xFF,
                responseBytes.isPresent() ? single(responseBytes.get(), serialNumber) : Optional.empty());
    }

    /** As RFC 6960, 4.2.1 calls the value. */
    String statusName() {
        return switch (responseStatus) {
            case 0 -> "successful";
            case 1 -> "malformedRequest";
            case 2 -> "internalError";
            case 3 -> "tryLater";
            case 5 -> "sigRequired";
            case 6 -> "unauthorized";
            default -> "status " + responseStatus;
        };
    }

    private static Optional<Single> single(DerElement responseBytes, BigInteger serialNumber)
            throws MalformedDerException {
        byte[] basicResponse = responseBytes
                .required(DerElement.SEQUENCE)
                .required(DerElement.OCTET_STRING)
                .content();
        DerElement responseData = DerElement.of(basicResponse).required(DerElement.SEQUENCE);
        for (DerElement single : responseData.required(DerElement.SEQUENCE).children()) {
            DerElement certId = single.required(DerElement.SEQUENCE);
            byte[] serial = certId.required(DerElement.INTEGER).content();
            if (serial.length > 0 && new BigInteger(serial).equals(serialNumber)) {
                return Optional.of(single(single.children()));
            }
        }
        return Optional.empty();
    }

    /** certID, certStatus, thisUpdate, [0] nextUpdate, [1] singleExtensions. */
    private static Single single(List<DerElement> parts) throws MalformedDerException {
        if (parts.size() < 3) {
            throw new MalformedDerException();
        }
        DerElement status = parts.get(1);
        int number = status.tag() & 0x1F;
        Optional<DerElement> next = parts.stream()
                .skip(3)
                .filter(part -> part.tag() == DerElement.constructed(0))
                .findFirst();
        return new Single(
                number,
                number == REVOKED ? Optional.of(time(status)) : Optional.empty(),
                next.isPresent() ? Optional.of(time(next.get())) : Optional.empty());
    }

    private static Instant time(DerElement holder) throws MalformedDerException {
        String text = holder.required(DerElement.GENERALIZED_TIME).text();
        try {
            if (text.length() >= 15 && text.endsWith("Z")) {
                return LocalDateTime.parse(text.substring(0, 14), SECONDS).toInstant(ZoneOffset.UTC);
            }
        } catch (DateTimeParseException noTime) {
            // Said below.
        }
        throw new MalformedDerException();
    }
}
