/*
 * HMAC-SHA256 (RFC 2104) and the last step of HKDF (RFC 5869), over whatever SHA-256 the build has.
 * The HMAC is left out where the chip brings its own (KB_OWN_HMAC).
 *
 * A context holds the key until final: it must not be kept, and final wipes it.
 */
#include "kb_internal.h"

#ifndef KB_OWN_HMAC

#define INNER 0x36
#define OUTER 0x5C

void kb_hmac_init(struct kb_hmac *c, const void *key, size_t n) {
    kb_fill(c->key, 0, sizeof c->key);
    if (n > sizeof c->key) {
        kb_sha256_init(&c->hash);
        kb_sha256_update(&c->hash, key, n);
        kb_sha256_final(&c->hash, c->key);
    } else if (n) {
        kb_copy(c->key, key, n);
    }
    for (size_t i = 0; i < sizeof c->key; i++) {
        c->key[i] ^= INNER;
    }
    kb_sha256_init(&c->hash);
    kb_sha256_update(&c->hash, c->key, sizeof c->key);
}

void kb_hmac_update(struct kb_hmac *c, const void *bytes, size_t n) { kb_sha256_update(&c->hash, bytes, n); }

void kb_hmac_final(struct kb_hmac *c, uint8_t out[32]) {
    kb_sha256_final(&c->hash, out);
    for (size_t i = 0; i < sizeof c->key; i++) {
        c->key[i] ^= INNER ^ OUTER;
    }
    kb_sha256_init(&c->hash);
    kb_sha256_update(&c->hash, c->key, sizeof c->key);
    kb_sha256_update(&c->hash, out, 32);
    kb_sha256_final(&c->hash, out);
    kb_wipe(c, sizeof *c);
}

#endif

void kb_hkdf_expand(struct kb_hmac *c, const uint8_t prk[32], const void *info, size_t n, uint8_t out[32]) {
    static const uint8_t first = 1;
    kb_hmac_init(c, prk, 32);
    kb_hmac_update(c, info, n);
    kb_hmac_update(c, &first, 1);
    kb_hmac_final(c, out);
}
