package throughline.identity;

/** Is told when an endpoint's credentials change or fail to, by the thread that looked; so it returns at once. */
public interface CredentialsListener {
    /** These are in force from now on, for new connections. */
    void changed(Credentials credentials);

    /**
     * The endpoint stays with what it has. Said once for each reason, and again only after the source has been usable in
     * between.
     */
    void unusable(UnusableIdentityException reason);

    static CredentialsListener none() {
        return new CredentialsListener() {
            @Override
            public void changed(Credentials credentials) {}

            @Override
            public void unusable(UnusableIdentityException reason) {}
        };
    }
}
