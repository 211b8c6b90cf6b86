/*
 * SHA-256 (FIPS 180-4) in plain C: small before fast. Left out where the chip brings its own
 * (KB_OWN_SHA256, see kb_crypto.h).
 *
 * It must not be given more than 512 MB: the length is kept in 32 bits.
 */
#include "kb_internal.h"

#ifndef KB_OWN_SHA256

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }

/* The message schedule is a ring of sixteen words: 64 bytes of stack instead of 256. */
static void block_in(uint32_t h[8], const uint8_t *block) {
    uint32_t w[16], s[8];
    kb_copy(s, h, sizeof s);
    for (unsigned i = 0; i < 64; i++) {
        uint32_t *x = &w[i & 15u];
        if (i < 16) {
            *x = kb_get_be(block + 4 * i, 4);
        } else {
            uint32_t a = w[(i + 1) & 15u], b = w[(i + 14) & 15u];
            *x += w[(i + 9) & 15u] + (ror(a, 7) ^ ror(a, 18) ^ a >> 3) + (ror(b, 17) ^ ror(b, 19) ^ b >> 10);
        }
        uint32_t e = s[4], a = s[0];
        uint32_t t = s[7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + K[i] + *x;
        uint32_t u = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        for (unsigned j = 7; j > 0; j--) {
            s[j] = s[j - 1];
        }
        s[4] += t;
        s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) {
        h[i] += s[i];
    }
    kb_wipe(w, sizeof w); /* it held the message, which may be a key */
    kb_wipe(s, sizeof s);
}

void kb_sha256_init(struct kb_sha256 *c) {
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    kb_copy(c->h, start, sizeof c->h);
    c->length = 0;
}

void kb_sha256_update(struct kb_sha256 *c, const void *bytes, size_t n) {
    const uint8_t *p = bytes;
    while (n--) {
        c->block[c->length++ % 64] = *p++;
        if (c->length % 64 == 0) {
            block_in(c->h, c->block);
        }
    }
}

void kb_sha256_final(struct kb_sha256 *c, uint8_t out[32]) {
    uint32_t length = c->length;
    uint8_t end[8] = {0x80};
    kb_sha256_update(c, end, 1);
    end[0] = 0;
    while (c->length % 64 != 56) {
        kb_sha256_update(c, end, 1);
    }
    kb_put_be(end, length >> 29, 4);
    kb_put_be(end + 4, length << 3, 4);
    kb_sha256_update(c, end, 8);
    for (unsigned i = 0; i < 8; i++) {
        kb_put_be(out + 4 * i, c->h[i], 4);
    }
    kb_wipe(c, sizeof *c);
}

#endif
