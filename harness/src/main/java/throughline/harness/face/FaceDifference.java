package throughline.harness.face;

/**
 * One field in which two faces differ.
 *
 * @param imitation what shows of the imitation
 * @param twin what was recorded of the product
 */
public record FaceDifference(FaceField field, String imitation, String twin) {}
