/*
 * Stands for a chip's header, as a port with an HMAC engine would bring it (KB_OWN_HMAC).
 */
#ifndef KB_OWN_HMAC_H
#define KB_OWN_HMAC_H

/* Both halves are begun with the key, so that the key itself is not kept. */
struct kb_hmac {
    struct kb_sha256 inner, outer;
};

#endif
