/*
 * CRC16-XMODEM, base64, numbers, and the stand-ins for string.h. Vectors: the CRC catalogue's check
 * value, RFC 4648 §10. It must not test framing: that is test_frame.c.
 */
#include "test.h"

static void crc_check_value(void) {
    CHECK(kb_crc16(0, "123456789", 9) == 0x31C3); /* CRC-16/XMODEM */
    CHECK(kb_crc16(0, "", 0) == 0);
    CHECK(kb_crc16(kb_crc16(0, "1234", 4), "56789", 5) == 0x31C3);
}

static void base64_alphabet(void) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned c = 0; c < 256; c++) {
        const char *at = c ? strchr(alphabet, (int)c) : NULL;
        CHECK(kb_base64_value((uint8_t)c) == (at ? (int)(at - alphabet) : -1));
    }
    for (unsigned v = 0; v < 64; v++) {
        CHECK(kb_base64_char(v) == alphabet[v]);
    }
}

/* The RFC's strings, as the packet of a frame would carry them. */
static void base64_rfc4648(void) {
    static const struct {
        const char *plain, *coded;
    } vector[] = {{"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        const char *p = vector[i].plain, *c = vector[i].coded;
        for (size_t at = 0; c[at]; at++) {
            unsigned bits = 0;
            for (size_t j = 0; j < 3; j++) {
                size_t k = at / 4 * 3 + j;
                bits = bits << 8 | (k < strlen(p) ? (unsigned)p[k] : 0);
            }
            CHECK(c[at] == '=' || c[at] == kb_base64_char(bits >> (18 - 6 * (at % 4)) & 63));
        }
    }
}

static void numbers(void) {
    static const uint8_t bytes[] = {0x12, 0x34, 0x56, 0x78};
    uint8_t out[4];
    CHECK(kb_get_be(bytes, 4) == 0x12345678);
    CHECK(kb_get_be(bytes, 2) == 0x1234);
    kb_put_be(out, 0x12345678, 4);
    CHECK(!memcmp(out, bytes, 4));
    kb_put_be(out, 0xABCD5678, 2);
    CHECK(out[0] == 0x56 && out[1] == 0x78);
}

static void stand_ins(void) {
    uint8_t a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, b[8];
    kb_copy(b, a, 8);
    CHECK(kb_same(a, b, 8) && !memcmp(a, b, 8));
    b[7] ^= 0x80;
    CHECK(!kb_same(a, b, 8) && kb_same(a, b, 7) && kb_same(a, b, 0));
    kb_copy(a, a + 2, 6);
    CHECK(a[0] == 3 && a[5] == 8);
    kb_fill(a, 0xEE, 3);
    CHECK(a[0] == 0xEE && a[2] == 0xEE && a[3] == 6);
    kb_wipe(a, 8);
    CHECK(a[0] == 0 && a[7] == 0);
    CHECK(kb_length("") == 0 && kb_length("abc") == 3);
}

void test_codec(void) {
    RUN(crc_check_value);
    RUN(base64_alphabet);
    RUN(base64_rfc4648);
    RUN(numbers);
    RUN(stand_ins);
}
