package throughline.primary.diagnosis;

/** How much the evidence carries; defined, not weighed. From strong to weak. */
public enum Confidence {
    /** The evidence leaves no other explanation. */
    CERTAIN,
    /** The usual explanation of this evidence; another one is known. */
    LIKELY,
    /** Consistent with the evidence, no more. Never the answer, only listed beside it. */
    POSSIBLE
}
