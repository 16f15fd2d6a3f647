package throughline.replica.store;

import java.util.List;
import throughline.protocol.RefusedException;

/**
 * The folder of a store, and nothing else of the world. Names are relative to it and have one slash at most. What is created,
 * renamed or deleted survives a loss of power once its folder has been forced. Every failure is refused with STORE_FULL or
 * STORAGE_FAILED and names the file.
 */
interface StoreFiles {
    /** Opens for reading and writing; empty where it is new. */
    StoreFile create(String name) throws RefusedException;

    /** Opens for reading and writing what has to be there. */
    StoreFile open(String name) throws RefusedException;

    /** What is in a folder, in the order of names. */
    List<String> list(String folder) throws RefusedException;

    /** Creates a folder that may be there already, and forces its entry. */
    void createFolder(String folder) throws RefusedException;

    /** Moves at once, over what has the new name. */
    void rename(String from, String to) throws RefusedException;

    /** Deletes a file that may be gone already. */
    void delete(String name) throws RefusedException;

    /** Makes what happened to the names in a folder survive. */
    void forceFolder(String folder) throws RefusedException;

    /** What to call a file in a message. */
    String describe(String name);
}
