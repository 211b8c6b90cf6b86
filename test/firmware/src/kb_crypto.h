/*
 * SHA-256, HMAC-SHA256 and the HKDF of the proof, and the hooks for a chip's own crypto.
 *
 * A chip with a hash engine defines KB_OWN_SHA256 and brings a header kb_own_sha256.h that declares
 * `struct kb_sha256`, and the three functions below. One with an HMAC engine does the same with
 * KB_OWN_HMAC, kb_own_hmac.h and `struct kb_hmac`. A context lives on the stack, nobody copies it, and
 * no two are ever open at the same time, but for the hash within the plain HMAC.
 *
 * These functions must not be used to make key material of other sizes: the HKDF here gives one block.
 */
#ifndef KB_CRYPTO_H
#define KB_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#ifdef KB_OWN_SHA256
#include "kb_own_sha256.h"
#else
struct kb_sha256 {
    uint32_t h[8];
    uint32_t length; /* in bytes: up to 512 MB, far above any record */
    uint8_t block[64];
};
#endif

void kb_sha256_init(struct kb_sha256 *c);
void kb_sha256_update(struct kb_sha256 *c, const void *bytes, size_t n);
void kb_sha256_final(struct kb_sha256 *c, uint8_t out[32]);

#ifdef KB_OWN_HMAC
#include "kb_own_hmac.h"
#else
struct kb_hmac {
    struct kb_sha256 hash;
    uint8_t key[64];
};
#endif

void kb_hmac_init(struct kb_hmac *c, const void *key, size_t n);
void kb_hmac_update(struct kb_hmac *c, const void *bytes, size_t n);
void kb_hmac_final(struct kb_hmac *c, uint8_t out[32]);

/* HKDF-SHA256 (RFC 5869) in two halves, so that the input key is streamed from flash: extract is an HMAC
 * under the salt (none: n = 0) over the input key; expand gives the first 32 bytes for `info`. The caller lends
 * the context, which is closed: two of them would be the most of a small chip's stack. */
void kb_hkdf_expand(struct kb_hmac *c, const uint8_t prk[32], const void *info, size_t n, uint8_t out[32]);

#endif
