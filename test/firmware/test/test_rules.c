/*
 * "Rules of the device end", 1 to 6, and what the page says of each command's answer.
 *
 * It must test what the page says, not how src/ does it.
 */
#include "test.h"

static struct record first, second;

static void fresh(void) {
    bench_new();
    record_of(&first, "GID_t@@@AC67B2123456", "key", "SK1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0);
    record_of(&second, "GID_t@@@AC67B2123456", "pw", "cGFzc3dvcmQgb2YgdGhpcyBkZXZpY2Ugb25seQ==", 300);
}

static uint32_t off_of(struct reply a) {
    uint32_t off = UINT32_MAX;
    CHECK(a.came && field_uint(&a, "off", &off));
    return off;
}

static void hello(void) {
    uint32_t n;
    uint8_t boot[8], again[8], any[32];
    static const char head[] = "\xA8\x61v\x01\x62" "fw\x65" "1.2.3\x62hw\x6C" HW "\x64" "boot\x48";
    static const char tail[] = "\x64" "caps\x83\x65prove\x64lock\x65" "erase\x65" "chunk\x18\xC0\x65model\x65" "bench\x65state\x65" "blank";
    fresh();
    struct reply a = say_hello();
    CHECK(a.came && a.rc == 0);
    CHECK(field_uint(&a, "v", &n) && n == 1);
    CHECK(field_text(&a, "hw", HW) && field_text(&a, "model", "bench") && field_text(&a, "fw", "1.2.3"));
    CHECK(field_uint(&a, "chunk", &n) && n == 192);
    CHECK(field_text(&a, "state", "blank") && !has_field(&a, "tx") && !has_field(&a, "dig"));
    CHECK(field_bytes(&a, "boot", boot, 8));
    /* Deterministic CBOR: this is the whole of it, in this order. */
    CHECK(a.body.n == sizeof head - 1 + 8 + sizeof tail - 1);
    CHECK(!memcmp(a.body.at, head, sizeof head - 1) && !memcmp(a.body.at + sizeof head + 7, tail, sizeof tail - 1));
    a = say_hello();
    CHECK(field_bytes(&a, "boot", again, 8) && !memcmp(boot, again, 8));
    bench_power();
    a = say_hello();
    CHECK(field_bytes(&a, "boot", again, 8) && memcmp(boot, again, 8));
    say_begin(&first);
    a = say_hello();
    CHECK(field_text(&a, "state", "staged") && field_bytes(&a, "tx", any, 16) && !memcmp(any, first.tx, 16) && !has_field(&a, "dig"));
    CHECK(say_all(&first, 192));
    a = say_hello();
    CHECK(field_text(&a, "state", "committed") && field_bytes(&a, "tx", any, 16) && !memcmp(any, first.tx, 16));
    CHECK(field_bytes(&a, "dig", any, 32) && !memcmp(any, first.dig, 32));
    unit_config.caps = KB_CAP_LOCK;
    unit_config.chunk = 0;
    a = say_hello();
    CHECK(has_field(&a, "caps") && field_uint(&a, "chunk", &n) && n == 256);
    unit_config.chunk = 60000;
    a = say_hello();
    CHECK(field_uint(&a, "chunk", &n) && n == KB_CHUNK_MAX);
}

/* 1: the same tx and bytes get the same answer in each state, also after a reboot. */
static void repeats(void) {
    fresh();
    for (int reboot = 0; reboot < 2; reboot++) {
        CHECK(off_of(say_begin(&first)) == 0);
        CHECK(off_of(say_begin(&first)) == 0);
        CHECK(off_of(say_put(&first, 0, 64)) == 64);
        CHECK(off_of(say_put(&first, 64, 64)) == 128);
        if (reboot) {
            bench_power();
            CHECK(state_is("staged"));
        }
        CHECK(off_of(say_put(&first, 0, 64)) == 64);
        CHECK(off_of(say_begin(&first)) == 128);
        CHECK(off_of(say_put(&first, 64, 64)) == 128);
        CHECK(off_of(say_put(&first, 128, first.n - 128)) == first.n);
        CHECK(off_of(say_begin(&first)) == first.n);
        if (reboot) {
            bench_power();
            CHECK(state_is("staged"));
        }
        CHECK(off_of(say_put(&first, 64, 64)) == 128);
        CHECK(off_of(say_begin(&first)) == first.n);
        for (int i = 0; i < 3; i++) {
            uint8_t dig[32];
            struct reply a = say_commit(&first);
            CHECK(field_bytes(&a, "dig", dig, 32) && !memcmp(dig, first.dig, 32));
            CHECK(off_of(say_begin(&first)) == first.n);
            CHECK(off_of(say_put(&first, 0, 64)) == 64);
            CHECK(off_of(say_put(&first, 128, first.n - 128)) == first.n);
            CHECK(holds(&first));
            if (reboot) {
                bench_power();
            }
        }
        CHECK(say_empty(7).rc == 0);
        CHECK(say_empty(7).rc == 0);
        CHECK(state_is("blank"));
    }
}

/* Each size of put, aligned to the flash or not; a repeat after a reboot may reach beyond what was kept. */
static void chunks(void) {
    fresh();
    for (size_t chunk = 1; chunk <= 192; chunk += chunk < 40 ? 1 : 19) {
        CHECK(say_all(&first, chunk) && holds(&first));
        CHECK(say_empty(7).rc == 0);
        uint32_t off = off_of(say_begin(&second)), kept;
        while (off < second.n) {
            size_t n = second.n - off < chunk ? second.n - off : chunk;
            CHECK(off_of(say_put(&second, off, n)) == off + n);
            bench_power();
            kept = off_of(say_begin(&second));
            CHECK(kept <= off + n);
            CHECK(chunk < KB_FLASH_UNIT || off + n - kept < KB_FLASH_UNIT || kept == 0);
            if (kept < off) {
                break; /* the start of this put is lost as well: as a station would, begin again below */
            }
            CHECK(off_of(say_put(&second, off, n)) == off + n);
            off += (uint32_t)n;
        }
        CHECK(say_all(&second, 192) && holds(&second));
        CHECK(say_empty(7).rc == 0);
    }
}

/* 2: begin. */
static void begin(void) {
    fresh();
    CHECK(off_of(say_begin(&first)) == 0);
    CHECK(off_of(say_put(&first, 0, 100)) == 100);
    CHECK(off_of(say_begin(&second)) == 0); /* another tx over a stage: anew */
    CHECK(off_of(say_put(&second, 0, 100)) == 100);
    struct record other = second;
    other.n--;
    CHECK(off_of(say_begin(&other)) == 0); /* the same tx with another length */
    CHECK(off_of(say_put(&other, 0, 100)) == 100);
    other.dig[31] ^= 1;
    CHECK(off_of(say_begin(&other)) == 0); /* and with another digest */
    CHECK(say_all(&second, 192) && holds(&second));
    CHECK(say_begin(&first).rc == 3);
    CHECK(say_begin(&other).rc == 3);
    CHECK(holds(&second));
}

/* 3: commit checks length and digest; the stage is dropped where they are wrong. */
static void commit(void) {
    fresh();
    CHECK(off_of(say_begin(&first)) == 0);
    CHECK(off_of(say_put(&first, 0, 100)) == 100);
    CHECK(say_commit(&first).rc == 5);
    CHECK(state_is("blank") && say_commit(&first).rc == 9);
    struct record wrong = first;
    wrong.bytes[10] ^= 1;
    CHECK(!say_all(&wrong, 192) && state_is("blank"));
    bench_power();
    CHECK(state_is("blank"));
    CHECK(say_all(&first, 192) && holds(&first));
}

/* 3 and 4: digest and proof are made from the flash, not from what was remembered. */
static void from_flash(void) {
    uint8_t dig[32];
    fresh();
    CHECK(say_all(&first, 192) && holds(&first));
    unsigned bank = unit.store.record;
    flash.bytes[bank][KB_DATA_AT + 40] ^= 1;
    CHECK(!holds(&first));
    struct reply a = say_hello();
    CHECK(field_bytes(&a, "dig", dig, 32) && memcmp(dig, first.dig, 32));
    a = say_commit(&first);
    CHECK(field_bytes(&a, "dig", dig, 32) && memcmp(dig, first.dig, 32));
    flash.bytes[bank][KB_DATA_AT + 40] ^= 1;
    CHECK(holds(&first));
    CHECK(say_empty(7).rc == 0 && say_all(&second, 192) && holds(&second)); /* with pw in place of key */
}

/* 5: erase forgets all of it; a locked unit refuses. */
static void erase_and_lock(void) {
    fresh();
    CHECK(off_of(say_begin(&first)) == 0 && say_empty(7).rc == 0 && state_is("blank"));
    CHECK(say_put(&first, 0, 10).rc == 9);
    CHECK(say_all(&first, 192) && say_empty(7).rc == 0 && state_is("blank"));
    CHECK(say_commit(&first).rc == 9 && say_empty(5).rc == 9);
    for (size_t i = 0; i < sizeof flash.bytes - 16; i++) { /* no trace of the secret */
        CHECK(memcmp(flash.bytes[0] + i, "SK1.aaaa", 8));
    }
    CHECK(say_all(&first, 192) && say_empty(6).rc == 0 && state_is("locked"));
    for (int i = 0; i < 2; i++) {
        CHECK(say_begin(&first).rc == 8 && say_put(&first, 0, 10).rc == 8 && say_commit(&first).rc == 8);
        CHECK(say_begin(&second).rc == 8 && say_empty(7).rc == 8);
        CHECK(say_empty(6).rc == 0 && holds(&first) && say_empty(5).rc == 0);
        bench_power();
        CHECK(state_is("locked"));
    }
}

/* 6: nothing that the unit sends holds a value of the record, except the public part when asked for it. */
static void no_secret_out(void) {
    fresh();
    CHECK(say_begin(&first).rc == 0 && say_put(&first, 0, 192).rc == 0);
    for (size_t i = 0; i + 8 <= sizeof unit; i++) { /* a piece that is in flash stays nowhere else */
        CHECK(memcmp((const char *)&unit + i, "SK1.aaaa", 8));
    }
    CHECK(say_all(&first, 192) && holds(&first));
    struct reply a = say_empty(5);
    CHECK(field_text(&a, "cid", "GID_t@@@AC67B2123456") && field_text(&a, "kid", "DC.Wabcdef"));
    CHECK(field_text(&a, "iid", "mqtt-cn-x0r3xxxxx01") && field_text(&a, "ep", "mqtt-cn-x0r3xxxxx01.mqtt.aliyuncs.com"));
    CHECK(!memcmp(a.body.at, "\xA4\x62" "ep", 4));
    for (size_t i = 0; i + 8 <= a.body.n; i++) {
        CHECK(memcmp(a.body.at + i, "SK1.aaaa", 8));
    }
}

static void reboot(void) {
    struct buf empty = {{0xA0}, 1}, force = {{0xA1, 0x65, 'f', 'o', 'r', 'c', 'e', 0xF5}, 8}, broken = {{0xA1}, 1};
    fresh();
    struct reply a = ask(2, 0, 5, &empty);
    CHECK(a.came && a.rc == 0 && a.body.n == 1 && a.body.at[0] == 0xA0 && resets == 1);
    a = ask(2, 0, 5, &force);
    CHECK(a.came && a.rc == 0 && resets == 2);
    a = ask(2, 0, 5, &broken);
    CHECK(a.came && a.rc == 3 && !a.ours && resets == 2);
}

void test_rules(void) {
    RUN(hello);
    RUN(repeats);
    RUN(chunks);
    RUN(begin);
    RUN(commit);
    RUN(from_flash);
    RUN(erase_and_lock);
    RUN(no_secret_out);
    RUN(reboot);
}
