/*
 * Every result code, each by every way that leads to it; and SMP's own.
 *
 * After each refusal the unit must be as it was: an error changes nothing, except where the page says so.
 */
#include "test.h"

static struct record first, second;

static void fresh(void) {
    bench_new();
    record_of(&first, "c1", "key", "the secret of the first record, thirty-two bytes long", 0);
    record_of(&second, "c2", "key", "another secret", 100);
}

/* A request whose payload is given as bytes. */
static struct reply raw(unsigned command, const void *bytes, size_t n) {
    struct buf b = {{0}, 0};
    b_bytes(&b, bytes, n);
    return ask(command >= 1 && command != 4 && command != 5 ? 2 : 0, KB_GROUP, command, &b);
}

static bool refused(struct reply r, unsigned rc) { return r.came && r.ours && r.rc == rc; }

/* A begin with one part changed. */
static struct reply begin_with(const char *hw, unsigned sv, const void *tx, size_t tx_n, size_t dig_n, int length_major, uint32_t length) {
    struct buf b = {{0}, 0};
    b_head(&b, KB_MAP, 5);
    b_text(&b, "tx");
    b_string(&b, tx, tx_n);
    b_text(&b, "hw");
    b_text(&b, hw);
    b_text(&b, "sv");
    b_head(&b, KB_UINT, sv);
    b_text(&b, "len");
    b_head(&b, length_major, length);
    b_text(&b, "dig");
    b_string(&b, first.dig, dig_n);
    return ask(2, KB_GROUP, 1, &b);
}

static void malformed(void) {
    static const char *const broken[] = {"", "\xA1", "\xA1\x62tx", "\xBF", "\xA0\xA0", "\x80", "\x00", "\xA1\x01", "\xFF", "\xA1\x61z\x9F"};
    fresh();
    for (unsigned command = 0; command < 8; command++) {
        for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
            size_t n = i == 6 ? 1 : strlen(broken[i]);
            CHECK(refused(raw(command, broken[i], n), 1));
        }
    }
    CHECK(refused(raw(1, "\xA0", 1), 1) && refused(raw(2, "\xA0", 1), 1) && refused(raw(3, "\xA0", 1), 1) && refused(raw(4, "\xA0", 1), 1));
    CHECK(refused(begin_with(HW, 1, first.tx, 15, 32, KB_UINT, 9), 1));
    CHECK(refused(begin_with(HW, 1, first.dig, 17, 32, KB_UINT, 9), 1));
    CHECK(refused(begin_with(HW, 1, first.tx, 16, 31, KB_UINT, 9), 1));
    CHECK(refused(begin_with(HW, 1, first.tx, 16, 32, KB_NINT, 9), 1));
    CHECK(refused(begin_with(HW, 1, first.tx, 16, 32, KB_UINT, 0), 1));
    CHECK(say_all(&first, 192));
    static const uint8_t nonce[33];
    for (size_t n = 0; n <= 33; n++) {
        struct reply a = say_prove(nonce, n);
        CHECK(n >= 16 && n <= 32 ? a.came && a.rc == 0 : refused(a, 1));
    }
}

/* Any well-formed map is taken, and what is not known in it is ignored. */
static void tolerance(void) {
    static const char odd[] = "\xBF\x05\xF6\x9F\x01\xFF\x80\x63hw!\xC1\xFB" "12345678\xFF";
    static const char rest[] = "\xFF\x7F\x61o\x62" "ff\xFF\x1B\0\0\0\0\0\0\0\0\x62no\xA1\x80\x81\xF4\x62tx\xD8\x20\x05\x62tx\x50";
    struct buf b = {{0}, 0};
    fresh();
    CHECK(raw(0, "\xA1\x62tx\x05", 5).rc == 0); /* hello does not ask for tx, whatever it is */
    CHECK(raw(0, odd, sizeof odd - 1).rc == 0);
    CHECK(say_begin(&first).rc == 0);
    b_bytes(&b, "\xBF\x64" "data\x5F\x41", 8); /* an endless map, data in parts, a key in parts, an 8-byte number */
    b_bytes(&b, first.bytes, 1);
    b_head(&b, KB_BYTES, 20);
    b_bytes(&b, first.bytes + 1, 20);
    b_bytes(&b, rest, sizeof rest - 1);
    b_bytes(&b, first.tx, 16);
    b_bytes(&b, "\xFF", 1);
    struct reply a = ask(2, KB_GROUP, 2, &b);
    uint32_t off;
    CHECK(a.came && field_uint(&a, "off", &off) && off == 21);
}

static void wrong_hw(void) {
    fresh();
    CHECK(refused(begin_with("AC67B2123457", 1, first.tx, 16, 32, KB_UINT, 9), 2));
    CHECK(refused(begin_with("AC67B212345", 1, first.tx, 16, 32, KB_UINT, 9), 2));
    CHECK(refused(begin_with("", 1, first.tx, 16, 32, KB_UINT, 9), 2));
    CHECK(refused(begin_with(HW "7", 2, first.tx, 16, 32, KB_UINT, 60000), 2)); /* before all other reasons */
    CHECK(state_is("blank"));
}

static void other_record(void) {
    fresh();
    CHECK(say_all(&first, 192));
    CHECK(refused(say_begin(&second), 3) && holds(&first));
    CHECK(refused(begin_with(HW, 1, first.tx, 16, 32, KB_UINT, 60000), 3) && holds(&first));
}

static void wrong_offset(void) {
    fresh();
    CHECK(say_begin(&first).rc == 0);
    CHECK(refused(say_put(&first, 1, 10), 4));
    CHECK(say_put(&first, 0, 50).rc == 0);
    CHECK(refused(say_put(&first, 51, 10), 4));
    struct record wrong = first;
    wrong.bytes[45] ^= 1; /* other bytes where some were taken: from the flash, and from the tail */
    CHECK(refused(say_put(&wrong, 40, 8), 4));
    wrong.bytes[45] ^= 1;
    wrong.bytes[49] ^= 1;
    CHECK(refused(say_put(&wrong, 40, 60), 4));
    CHECK(say_put(&first, 40, 60).rc == 0);
    CHECK(say_all(&first, 192) && refused(say_put(&wrong, 40, 60), 4) && holds(&first));
}

static void mismatch(void) {
    fresh();
    CHECK(say_begin(&first).rc == 0 && refused(say_commit(&first), 5) && state_is("blank"));
    struct record wrong = first;
    wrong.bytes[first.n - 1] ^= 1;
    CHECK(say_begin(&wrong).rc == 0 && say_put(&wrong, 0, 192).rc == 0 && say_put(&wrong, 192, wrong.n - 192).rc == 0);
    CHECK(refused(say_commit(&wrong), 5) && state_is("blank"));
}

static void too_large(void) {
    struct record large = first;
    fresh();
    CHECK(refused(begin_with(HW, 1, first.tx, 16, 32, KB_UINT, KB_RECORD_MAX + 1), 6));
    CHECK(begin_with(HW, 1, first.tx, 16, 32, KB_UINT, KB_RECORD_MAX).rc == 0);
    CHECK(say_empty(7).rc == 0 && say_begin(&first).rc == 0);
    large = first;
    CHECK(refused(say_put(&large, 0, 193), 6)); /* more than chunk */
    CHECK(say_put(&large, 0, 192).rc == 0);
    CHECK(refused(say_put(&large, 192, first.n - 192 + 1), 6)); /* more than was declared */
    CHECK(say_all(&first, 192));
    CHECK(refused(say_put(&large, 192, first.n - 192 + 1), 6) && holds(&first));
}

static void locked(void) {
    fresh();
    CHECK(say_all(&first, 192) && say_empty(6).rc == 0);
    CHECK(refused(say_begin(&first), 8) && refused(say_put(&first, 0, 1), 8) && refused(say_commit(&first), 8) && refused(say_empty(7), 8));
    CHECK(refused(begin_with("other", 1, first.tx, 16, 32, KB_UINT, 9), 8));
}

static void no_record(void) {
    static const uint8_t nonce[16];
    fresh();
    for (int staged = 0; staged < 2; staged++) {
        CHECK(refused(say_put(&second, 0, 1), 9) && refused(say_commit(&second), 9));
        CHECK(refused(say_prove(nonce, 16), 9) && refused(say_empty(5), 9) && refused(say_empty(6), 9));
        CHECK(say_begin(&first).rc == 0);
    }
    CHECK(say_all(&first, 192));
    CHECK(refused(say_put(&second, 0, 1), 9) && refused(say_commit(&second), 9));
}

static void schema(void) {
    fresh();
    CHECK(refused(begin_with(HW, 0, first.tx, 16, 32, KB_UINT, 9), 10) && refused(begin_with(HW, 2, first.tx, 16, 32, KB_UINT, 9), 10));
}

static void not_permitted(void) {
    static const uint8_t nonce[16];
    fresh();
    CHECK(say_all(&first, 192));
    unit_config.caps = 0;
    CHECK(refused(say_prove(nonce, 16), 11) && refused(say_empty(6), 11) && refused(say_empty(7), 11));
    unit_config.caps = ALL_CAPS;
    CHECK(holds(&first));
}

/* A committed record that is not what the page describes. */
static void odd_records(void) {
    static const char *const odd[] = {"\x01", "\xA1\x63" "cid\x61x", "\xA2\x63" "cid\x61x\x63key\x05", "\xA1\x63key\x61k", "\xA2\x63" "cid\x7F\x61x\xFF\x63key\x61k", "\xA1\x63key\x78\xFF", "\xFF\xFF"};
    static const uint8_t nonce[16];
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct kb_sha256 c;
        fresh();
        first.n = strlen(odd[i]);
        memcpy(first.bytes, odd[i], first.n);
        kb_sha256_init(&c);
        kb_sha256_update(&c, first.bytes, first.n);
        kb_sha256_final(&c, first.dig);
        CHECK(say_all(&first, 192)); /* bytes are bytes */
        CHECK(refused(say_prove(nonce, 16), 1) && refused(say_empty(5), 1));
    }
    fresh(); /* a public part that does not fit an answer */
    first.n = 0;
    static char longest[300];
    memset(longest, 'x', sizeof longest - 1);
    record_of(&first, longest, "key", "k", 0);
    CHECK(say_all(&first, 192) && say_empty(5).rc == (KB_PACKET_MAX < 600 ? 6u : 0u));
}

static void smp(void) {
    struct buf empty = {{0xA0}, 1};
    fresh();
    for (unsigned command = 0; command < 256; command++) {
        for (unsigned op = 0; op <= 2; op += 2) {
            bool write = command >= 1 && command != 4 && command != 5;
            struct reply a = ask(op, KB_GROUP, command, &empty);
            CHECK(a.came && ((command < 8 && (op == 2) == write) || (!a.ours && a.rc == 8)));
            a = ask(op, 0, command, &empty);
            CHECK(a.came && !a.ours && a.rc == (command == 5 && op == 2 ? 0u : 8u));
            a = ask(op, command + 1, 0, &empty);
            CHECK(a.came && !a.ours && a.rc == 8);
        }
    }
    struct buf p = packet_of(0, KB_GROUP, 0, &empty), f, answer; /* SMP v1 */
    p.at[0] = 0;
    f = frame_of(p.at, p.n);
    line_out_n = 0;
    kb_input(&unit, f.at, f.n);
    CHECK(unframe(line_out, line_out_n, &answer) && answer.at[0] == 9 && !memcmp(answer.at + 8, "\xA1\x62rc\x08", 5));
}

void test_errors(void) {
    RUN(malformed);
    RUN(tolerance);
    RUN(wrong_hw);
    RUN(other_record);
    RUN(wrong_offset);
    RUN(mismatch);
    RUN(too_large);
    RUN(locked);
    RUN(no_record);
    RUN(schema);
    RUN(not_permitted);
    RUN(odd_records);
    RUN(smp);
}
