/*
 * SHA-256 (FIPS 180-4 examples, RFC 6234), HMAC (RFC 4231) and HKDF (RFC 5869 appendix A), whichever
 * implementation the build has: the plain one, or a chip's own behind the hooks.
 *
 * HKDF gives one block here, so the RFC's longer outputs are held against their first 32 bytes.
 */
#include "test.h"

static const char *hex(const uint8_t *bytes, size_t n) {
    static char text[129];
    for (size_t i = 0; i < n; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return text;
}

static const char *sha(const void *bytes, size_t n, size_t step) {
    uint8_t out[32];
    struct kb_sha256 c;
    kb_sha256_init(&c);
    for (size_t at = 0; at < n; at += step) {
        kb_sha256_update(&c, (const char *)bytes + at, n - at < step ? n - at : step);
    }
    kb_sha256_final(&c, out);
    return hex(out, 32);
}

static const char *hmac(const void *key, size_t key_n, const void *bytes, size_t n) {
    uint8_t out[32];
    struct kb_hmac c;
    kb_hmac_init(&c, key, key_n);
    kb_hmac_update(&c, bytes, n / 2);
    kb_hmac_update(&c, (const char *)bytes + n / 2, n - n / 2);
    kb_hmac_final(&c, out);
    return hex(out, 32);
}

static void sha256(void) {
    const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static char many[1000000];
    memset(many, 'a', sizeof many);
    CHECK(!strcmp(sha("", 0, 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    CHECK(!strcmp(sha("abc", 3, 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    CHECK(!strcmp(sha(two, 56, 56), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    CHECK(!strcmp(sha(many, sizeof many, 997), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    for (size_t n = 0; n < 200; n++) { /* the padding, at each length, in one piece and in many */
        char one[65];
        strcpy(one, sha(many, n, 200));
        CHECK(!strcmp(one, sha(many, n, 1)));
        CHECK(!strcmp(one, sha(many, n, 63)));
    }
}

static void hmac_rfc4231(void) {
    uint8_t key[131], data[152];
    memset(key, 0x0b, 20);
    CHECK(!strcmp(hmac(key, 20, "Hi There", 8), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    CHECK(!strcmp(hmac("Jefe", 4, "what do ya want for nothing?", 28),
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, 50);
    CHECK(!strcmp(hmac(key, 20, data, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"));
    for (unsigned i = 0; i < 25; i++) {
        data[100 + i] = (uint8_t)(i + 1);
    }
    memset(data, 0xcd, 50);
    CHECK(!strcmp(hmac(data + 100, 25, data, 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"));
    CHECK(!strcmp(hmac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54),
                  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
    CHECK(!strcmp(hmac(key, 131,
                       "This is a test using a larger than block-size key and a larger than block-size data. "
                       "The key needs to be hashed before being used by the HMAC algorithm.",
                       152),
                  "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"));
}

static void hkdf_rfc5869(void) {
    uint8_t ikm[80], salt[80], info[80], prk[32], okm[32];
    struct kb_hmac c;
    memset(ikm, 0x0b, 22);
    for (unsigned i = 0; i < 13; i++) {
        salt[i] = (uint8_t)i;
        info[i] = (uint8_t)(0xf0 + i);
    }
    kb_hmac_init(&c, salt, 13);
    kb_hmac_update(&c, ikm, 22);
    kb_hmac_final(&c, prk);
    CHECK(!strcmp(hex(prk, 32), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    kb_hkdf_expand(&c, prk, info, 10, okm);
    CHECK(!strcmp(hex(okm, 32), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));

    for (unsigned i = 0; i < 80; i++) {
        ikm[i] = (uint8_t)i;
        salt[i] = (uint8_t)(0x60 + i);
        info[i] = (uint8_t)(0xb0 + i);
    }
    kb_hmac_init(&c, salt, 80);
    kb_hmac_update(&c, ikm, 80);
    kb_hmac_final(&c, prk);
    CHECK(!strcmp(hex(prk, 32), "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244"));
    kb_hkdf_expand(&c, prk, info, 80, okm);
    CHECK(!strcmp(hex(okm, 32), "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"));

    memset(ikm, 0x0b, 22); /* no salt, no info: as the proof takes it, key in place included */
    kb_hmac_init(&c, NULL, 0);
    kb_hmac_update(&c, ikm, 22);
    kb_hmac_final(&c, prk);
    CHECK(!strcmp(hex(prk, 32), "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"));
    kb_hkdf_expand(&c, prk, NULL, 0, prk);
    CHECK(!strcmp(hex(prk, 32), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"));
}

void test_crypto(void) {
    RUN(sha256);
    RUN(hmac_rfc4231);
    RUN(hkdf_rfc5869);
}
