/*
 * The CBOR reader and writer against the examples of RFC 8949 Appendix A (and Appendix F for what is not
 * well formed), and against each cut of them.
 *
 * It must not depend on the protocol: only kb_cbor.h.
 */
#include "test.h"

static size_t unhex(const char *hex, uint8_t *to) {
    size_t n = 0;
    for (; hex[0]; hex += 2) {
        unsigned value;
        sscanf(hex, "%2x", &value);
        to[n++] = (uint8_t)value;
    }
    return n;
}

static bool skips(const uint8_t *bytes, size_t n) {
    uint8_t copy[512];
    memcpy(copy, bytes, n);
    struct kb_reader r = {copy, NULL, 0, (uint32_t)n, 0, false, 0};
    return kb_skip(&r) && r.at == n;
}

static void well_formed(void) {
    static const char *const vector[] = {
        "00", "01", "0a", "17", "1818", "1819", "1864", "1903e8", "1a000f4240", "1b000000e8d4a51000",
        "1bffffffffffffffff", "c249010000000000000000", "3bffffffffffffffff", "c349010000000000000000", "20", "29",
        "3863", "3903e7", "f90000", "f98000", "f93c00", "fb3ff199999999999a", "f93e00", "f97bff", "fa47c35000",
        "fa7f7fffff", "fb7e37e43c8800759c", "f97c00", "f97e00", "fa7f800000", "fb7ff0000000000000", "f4", "f5", "f6",
        "f7", "f0", "f8ff", "c074323031332d30332d32315432303a30343a30305a", "c11a514b67b0", "d74401020304",
        "d818456449455446", "40", "4401020304", "60", "6161", "6449455446", "62225c", "62c3bc", "63e6b0b4", "80",
        "83010203", "8301820203820405",
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819", "a0", "a201020304", "a26161016162820203",
        "826161a161626163", "a56161614161626142616361436164614461656145", "5f42010243030405ff",
        "7f657374726561646d696e67ff", "9fff", "9f018202039f0405ffff", "9f01820203820405ff", "83018202039f0405ff",
        "83019f0203ff820405", "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
        "bf61610161629f0203ffff", "826161bf61626163ff", "bf6346756ef563416d7421ff", "5fff", "7fff", "bfff",
    };
    uint8_t bytes[512];
    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        size_t n = unhex(vector[i], bytes);
        CHECK(skips(bytes, n));
        for (size_t cut = 0; cut < n; cut++) {
            CHECK(!skips(bytes, cut));
        }
    }
}

static void not_well_formed(void) {
    static const char *const vector[] = {
        "", "1c", "1d", "1e", "3c", "5c", "7d", "9e", "bc", "dd", "fc", "fd", "fe", "1f", "3f", "df", "ff", "f800", "f818",
        "f81f", "8101ff", "5f00ff", "5f21ff", "5f6100ff", "5f80ff", "5fc000ff", "5fe0ff", "7f4100ff", "5f5f4100ffff",
        "7f7f6100ffff", "bf00ff", "bf000000ff", "9f81ff", "81ff", "a1ff", "a100ff", "9fc1ff", "c0", "9bffffffffffffffff",
        "bbffffffffffffffff", "5bffffffffffffffff", "a10000ff", "bb800000000000000000", "ba80000000", "8180",
    };
    uint8_t bytes[64];
    for (size_t i = 0; i + 1 < sizeof vector / sizeof vector[0]; i++) {
        CHECK(!skips(bytes, unhex(vector[i], bytes)));
    }
}

static void depth(void) {
    uint8_t bytes[64];
    for (size_t n = 1; n < 40; n++) { /* arrays of one, and endless ones */
        memset(bytes, 0x81, n);
        bytes[n - 1] = 0x80;
        CHECK(skips(bytes, n) == (n < KB_CBOR_DEPTH));
        memset(bytes, 0x9F, n);
        memset(bytes + n, 0xFF, n > 20 ? 20 : n);
        CHECK(n > 20 || skips(bytes, 2 * n) == (n < KB_CBOR_DEPTH));
        memset(bytes, 0xC1, n); /* tags cost nothing */
        bytes[n] = 0;
        CHECK(skips(bytes, n + 1));
    }
}

static void numbers(void) {
    static const struct {
        const char *hex;
        uint32_t value;
    } vector[] = {{"00", 0}, {"17", 23}, {"1818", 24}, {"1800", 0}, {"1900ff", 255}, {"1a00010000", 65536},
                  {"1affffffff", UINT32_MAX}, {"1b00000000ffffffff", UINT32_MAX}, {"1b0000000000000007", 7},
                  {"1b0000000100000000", UINT32_MAX}, {"1b8000000000000000", UINT32_MAX}};
    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        uint8_t bytes[16];
        struct kb_reader r = {bytes, NULL, 0, (uint32_t)unhex(vector[i].hex, bytes), 0, false, 0};
        uint32_t value;
        CHECK(kb_read_uint(&r, &value) && value == vector[i].value && r.at == r.end);
    }
    uint8_t minus[] = {0x20};
    struct kb_reader r = {minus, NULL, 0, 1, 0, false, 0};
    uint32_t value;
    CHECK(!kb_read_uint(&r, &value));
}

/* A string in parts reads as one, and reading goes on behind it. */
static void strings_in_parts(void) {
    uint8_t bytes[] = {0x7F, 0x62, 'a', 'b', 0x60, 0x61, 'c', 0x78, 0x02, 'd', 'e', 0xFF, 0x05};
    struct kb_reader r = {bytes, NULL, 0, sizeof bytes, 0, false, 0};
    struct kb_span span;
    uint32_t five;
    CHECK(kb_read_string(&r, KB_TEXT, &span) && kb_span_is(&r, &span, "abcde"));
    CHECK(!kb_span_is(&r, &span, "abcd") && !kb_span_is(&r, &span, "abcdef") && !kb_span_is(&r, &span, "abcdx"));
    CHECK(kb_read_uint(&r, &five) && five == 5 && r.at == r.end);
}

static void maps(void) {
    uint8_t definite[] = {0xA2, 0x01, 0x02, 0x03, 0x04}, endless[] = {0xBF, 0x01, 0x02, 0x03, 0x04, 0xFF}, open[] = {0xBF, 0x01, 0x02};
    struct kb_reader r = {definite, NULL, 0, sizeof definite, 0, false, 0};
    CHECK(kb_map_begin(&r) && kb_map_next(&r) == 1 && kb_skip(&r) && kb_skip(&r));
    CHECK(kb_map_next(&r) == 1 && kb_skip(&r) && kb_skip(&r) && kb_map_next(&r) == 0 && r.at == r.end);
    struct kb_reader e = {endless, NULL, 0, sizeof endless, 0, false, 0};
    CHECK(kb_map_begin(&e) && kb_map_next(&e) == 1 && kb_skip(&e) && kb_skip(&e));
    CHECK(kb_map_next(&e) == 1 && kb_skip(&e) && kb_skip(&e) && kb_map_next(&e) == 0 && e.at == e.end);
    struct kb_reader o = {open, NULL, 0, sizeof open, 0, false, 0};
    CHECK(kb_map_begin(&o) && kb_map_next(&o) == 1 && kb_skip(&o) && kb_skip(&o) && kb_map_next(&o) == -1);
}

static void writer(void) {
    static const struct {
        uint32_t value;
        const char *hex;
    } vector[] = {{0, "00"}, {23, "17"}, {24, "1818"}, {255, "18ff"}, {256, "190100"}, {65535, "19ffff"}, {65536, "1a00010000"},
                  {UINT32_MAX, "1affffffff"}};
    uint8_t to[32], expected[32];
    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        struct kb_writer w = {to, 0, sizeof to, false};
        kb_write_head(&w, KB_UINT, vector[i].value);
        CHECK(w.n == unhex(vector[i].hex, expected) && !memcmp(to, expected, w.n) && !w.full);
    }
    for (size_t room = 0; room < 12; room++) { /* {"off": 1000} and what does not fit */
        struct kb_writer w = {to, 0, room, false};
        memset(to, 0x55, sizeof to);
        kb_write_head(&w, KB_MAP, 1);
        kb_pair_uint(&w, "off", 1000);
        CHECK(w.full == (room < 8) && to[room] == 0x55);
        CHECK(w.full || (w.n == 8 && !memcmp(to, "\xA1\x63off\x19\x03\xE8", 8)));
    }
}

void test_cbor(void) {
    RUN(well_formed);
    RUN(not_well_formed);
    RUN(depth);
    RUN(numbers);
    RUN(strings_in_parts);
    RUN(maps);
    RUN(writer);
}
