/*
 * A second SHA-256 and HMAC behind the hooks, written in another way than src/: proves that a chip's own
 * crypto can take the place of the plain one. Test code; it must not be copied to a board.
 */
#include <string.h>

#include "kb_internal.h"

static uint32_t rotate(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

/* The round constants are computed: the first 32 bits of the fractional parts of cube roots of primes. */
static uint32_t root(uint64_t prime, int power) {
    /* The largest r with r^power <= prime * 2^(32 * power), by bits; its low 32 bits are the fraction. */
    uint64_t r = 0;
    for (int bit = 36; bit >= 0; bit--) {
        uint64_t t = r | (uint64_t)1 << bit;
        long double x = (long double)t / 4294967296.0L;
        if ((power == 2 ? x * x : x * x * x) <= (long double)prime) {
            r = t;
        }
    }
    return (uint32_t)r;
}

static uint32_t prime_root(unsigned index, int power) {
    unsigned found = 0, candidate = 1;
    while (found <= index) {
        unsigned divisor = 2;
        candidate++;
        while (candidate % divisor) {
            divisor++;
        }
        found += divisor == candidate;
    }
    return root(candidate, power);
}

static void compress(struct kb_sha256 *c, const uint8_t *block) {
    static uint32_t k[64];
    uint32_t w[64], v[8];
    for (unsigned i = 0; i < 64; i++) {
        if (!k[63]) {
            for (unsigned j = 0; j < 64; j++) {
                k[j] = prime_root(j, 3);
            }
        }
        w[i] = i < 16 ? (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3]
                      : w[i - 16] + (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
                            (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
    }
    memcpy(v, c->chain, sizeof v);
    for (unsigned i = 0; i < 64; i++) { /* the eight variables stay where they are, their roles move */
        uint32_t *a = &v[(0 - i) & 7], *b = &v[(1 - i) & 7], *cc = &v[(2 - i) & 7], *d = &v[(3 - i) & 7];
        uint32_t *e = &v[(4 - i) & 7], *f = &v[(5 - i) & 7], *g = &v[(6 - i) & 7], *h = &v[(7 - i) & 7];
        uint32_t t = *h + (rotate(*e, 6) ^ rotate(*e, 11) ^ rotate(*e, 25)) + ((*e & (*f ^ *g)) ^ *g) + k[i] + w[i];
        *d += t;
        *h = t + (rotate(*a, 2) ^ rotate(*a, 13) ^ rotate(*a, 22)) + ((*a & *b) | (*cc & (*a | *b)));
    }
    for (unsigned i = 0; i < 8; i++) {
        c->chain[i] += v[i];
    }
}

void kb_sha256_init(struct kb_sha256 *c) {
    c->bits = 0;
    for (unsigned i = 0; i < 8; i++) {
        c->chain[i] = prime_root(i, 2);
    }
}

void kb_sha256_update(struct kb_sha256 *c, const void *bytes, size_t n) {
    const uint8_t *p = bytes;
    while (n) {
        size_t have = c->bits / 8 % 64, take = n < 64 - have ? n : 64 - have;
        memcpy(c->rest + have, p, take);
        c->bits += (uint64_t)take * 8;
        p += take;
        n -= take;
        if (have + take == 64) {
            compress(c, c->rest);
        }
    }
}

void kb_sha256_final(struct kb_sha256 *c, uint8_t out[32]) {
    uint8_t end[72] = {0x80};
    uint64_t bits = c->bits;
    size_t have = bits / 8 % 64, pad = have < 56 ? 56 - have : 120 - have;
    for (unsigned i = 0; i < 8; i++) {
        end[pad + i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    kb_sha256_update(c, end, pad + 8);
    for (unsigned i = 0; i < 32; i++) {
        out[i] = (uint8_t)(c->chain[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void kb_hmac_init(struct kb_hmac *c, const void *key, size_t n) {
    uint8_t block[64] = {0};
    if (n > 64) {
        kb_sha256_init(&c->inner);
        kb_sha256_update(&c->inner, key, n);
        kb_sha256_final(&c->inner, block);
    } else if (n) {
        memcpy(block, key, n);
    }
    for (unsigned i = 0; i < 64; i++) {
        block[i] ^= 0x36;
    }
    kb_sha256_init(&c->inner);
    kb_sha256_update(&c->inner, block, 64);
    for (unsigned i = 0; i < 64; i++) {
        block[i] ^= 0x36 ^ 0x5C;
    }
    kb_sha256_init(&c->outer);
    kb_sha256_update(&c->outer, block, 64);
}

void kb_hmac_update(struct kb_hmac *c, const void *bytes, size_t n) { kb_sha256_update(&c->inner, bytes, n); }

void kb_hmac_final(struct kb_hmac *c, uint8_t out[32]) {
    kb_sha256_final(&c->inner, out);
    kb_sha256_update(&c->outer, out, 32);
    kb_sha256_final(&c->outer, out);
}
