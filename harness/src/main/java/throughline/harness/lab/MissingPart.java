package throughline.harness.lab;

import java.util.Optional;

/**
 * What a lab needs and this machine lacks.
 *
 * @param what a part of a sentence, such as {@code the program ip}
 * @param debianPackage what brings it on Debian and its relatives; absent when no package does
 */
public record MissingPart(String what, Optional<String> debianPackage) {

    public String sentence() {
        return "Network namespaces need " + what
                + debianPackage.map(name -> "; on Debian: apt install " + name).orElse("") + ".";
    }
}
