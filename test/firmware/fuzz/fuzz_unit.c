/*
 * The fuzz target: one input is one life of a unit. Its first byte chooses how the rest is read:
 *   0 mod 3   bytes on the line, as they are
 *   1 mod 3   a list of steps: requests with any payload in good frames, requests of a well-made record,
 *             resets, time that passes, power cuts
 *   2 mod 3   the same, on a flash that starts with the input's own bytes
 *
 * After each step the promises are checked that hold whatever comes in: answers are well framed and well
 * formed, the flash is never misused (flash_model.c aborts), what RAM says is what a mount would find, and
 * a record is only ever committed whole. It must not know which answer is right: that is the tests' work.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "flash_model.h"
#include "kb_internal.h"

static struct kb unit;
static const struct kb_config config = {"FUZZ-1", "fuzz", "0", 0, KB_CAP_PROVE | KB_CAP_LOCK | KB_CAP_ERASE};
static uint32_t clock_ms, boots;
static char out[16384];
static size_t out_n;
static bool strange_flash;
static jmp_buf power_cut;

bool kb_port_random(void *to, size_t n) {
    memset(to, (int)boots++, n);
    return true;
}

void kb_port_uart_out(const void *from, size_t n) {
    if (n <= sizeof out - out_n) {
        memcpy(out + out_n, from, n);
        out_n += n;
    }
}

uint32_t kb_port_millis(void) { return clock_ms; }

void kb_port_reset(void) {}

static void cut(void) { longjmp(power_cut, 1); }

static void must(bool promise) {
    if (!promise) {
        abort();
    }
}

static void restart(void) {
    memset(&unit, 0xA5, sizeof unit);
    must(kb_init(&unit, &config));
}

/* All that was sent: whole lines, each with a marker and its base64. */
static void check_output(void) {
    for (size_t i = 0; i < out_n;) {
        const char *end = memchr(out + i, '\n', out_n - i);
        must(end && end - (out + i) <= 126 && (end - (out + i)) % 4 == 2);
        must(!memcmp(out + i, "\x06\x09", 2) || !memcmp(out + i, "\x04\x14", 2));
        for (i += 2; out + i < end; i++) {
            must(kb_base64_value((uint8_t)out[i]) >= 0 || out[i] == '=');
        }
        i++;
    }
    out_n = 0;
}

/* RAM and flash tell the same, and a committed record is whole. Looked at on a copy: a mount may erase. */
static void check_store(void) {
    struct flash_model now = flash;
    struct kb_store seen;
    struct kb_head head;
    uint8_t dig[32];
    kb_store_mount(&seen);
    must(seen.newest == unit.store.newest && seen.record == unit.store.record && seen.locked == unit.store.locked);
    if (seen.record != KB_NO_BANK) {
        must(kb_bank_head(&seen, seen.record, &head) && head.length == seen.length && seen.length == unit.store.length);
        must(kb_store_digest(&seen, seen.record, dig) && (strange_flash || !memcmp(dig, head.dig, 32)));
    }
    if (seen.stage != KB_NO_BANK) {
        must(seen.record == KB_NO_BANK && seen.reached <= seen.length);
        must(unit.store.stage != seen.stage || unit.store.reached >= seen.reached);
    }
    flash = now;
}

static void request(unsigned op, unsigned group, unsigned command, const uint8_t *payload, size_t n) {
    static uint8_t packet[KB_PACKET_MAX];
    static char frame[sizeof out];
    struct kb_writer w = {packet, 8, sizeof packet, false};
    n = n > sizeof packet - 8 ? sizeof packet - 8 : n;
    memset(packet, 0, 8);
    packet[0] = (uint8_t)op;
    kb_put_be(packet + 2, (uint32_t)n, 2);
    kb_put_be(packet + 4, group, 2);
    packet[7] = (uint8_t)command;
    memcpy(kb_write_room(&w, n), payload, n);
    kb_send(packet, w.n); /* its output, taken back as input */
    size_t frame_n = out_n;
    memcpy(frame, out, frame_n);
    out_n = 0;
    kb_input(&unit, (const uint8_t *)frame, frame_n);
}

/* begin, put or commit of the record that is `n` bytes of this seed. */
static void well_made(unsigned command, uint8_t seed, size_t n, uint32_t off, size_t part) {
    static const char whole[] = "\xA5\x63" "cid\x61" "c\x63key\x64key!\x62" "ep\x60\x63iid\x60\x63kid\x60";
    static uint8_t record[1024], payload[1200];
    struct kb_writer w = {payload, 0, sizeof payload, false};
    struct kb_sha256 c;
    uint8_t dig[32];
    n = n % sizeof record + 1;
    for (size_t i = 0; i < n; i++) {
        record[i] = (uint8_t)(seed + i * 7);
    }
    if (n > sizeof whole) {
        memcpy(record, whole, sizeof whole - 1);
    }
    kb_sha256_init(&c);
    kb_sha256_update(&c, record, n);
    kb_sha256_final(&c, dig);
    off %= (uint32_t)n + 1;
    part = part > n - off ? n - off : part;
    kb_write_head(&w, KB_MAP, command == 1 ? 5 : command == 2 ? 3 : 1);
    kb_pair_bytes(&w, "tx", dig, 16);
    if (command == 1) {
        kb_pair_text(&w, "hw", config.hw);
        kb_pair_uint(&w, "sv", 1);
        kb_pair_uint(&w, "len", (uint32_t)n);
        kb_pair_bytes(&w, "dig", dig, 32);
    } else if (command == 2) {
        kb_pair_uint(&w, "off", off);
        kb_pair_bytes(&w, "data", record + off, part);
    }
    request(10, KB_GROUP, command, payload, w.n);
}

/* One step: a byte that says which, two or three bytes of figures, and a payload of as many bytes. */
static size_t step(const uint8_t *at, size_t left) {
    static uint8_t last_seed;
    size_t n = left > 3 ? (size_t)(at[1] | (at[2] & 7) << 8) : 0;
    unsigned command = at[0] & 7;
    if (left < 4) {
        return left;
    }
    n = n > left - 3 ? left - 3 : n;
    switch (at[0] >> 3 & 7) {
    case 0: /* any payload */
        request(command == 1 || command == 2 || command == 3 || command > 5 ? 10 : 8, KB_GROUP, command, at + 3, n);
        return 3 + n;
    case 1: /* any header */
        request(at[1], at[2] & 1 ? KB_GROUP : at[2], at[3], at + 3, left > 20 ? 17 : left - 3);
        return left > 20 ? 20 : left;
    case 2: restart(); return 1;
    case 3: clock_ms += at[1]; return 2;
    case 4: /* power is cut in what follows; see LLVMFuzzerTestOneInput */
        flash.cut_at = flash.operations + 1 + at[1];
        flash.mode = (enum flash_cut)(at[2] % CUT_MODES);
        return 3;
    case 5: last_seed = at[1]; well_made(1 + command % 3, last_seed, at[2], at[3], at[3]); return 4;
    case 6: well_made(2, last_seed, at[1], at[2], at[3]); return 4;
    default: kb_input(&unit, at + 3, n); return 3 + n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* They change between setjmp and longjmp. */
    static const uint8_t *at;
    static size_t left;
    if (!size) {
        return 0;
    }
    flash_new();
    flash.cut = cut;
    clock_ms = 0;
    boots = 0;
    out_n = 0;
    at = data + 1;
    left = size - 1;
    strange_flash = data[0] % 3 == 2;
    if (strange_flash) {
        size_t n = left < sizeof flash.bytes / 8 ? left : sizeof flash.bytes / 8;
        memcpy(flash.bytes[data[0] >> 2 & 1], at, n);
        at += n;
        left -= n;
    }
    restart();
    if (data[0] % 3 == 0) {
        kb_input(&unit, at, left);
        check_output();
        check_store();
        return 0;
    }
    if (setjmp(power_cut)) {
        flash.cut_at = 0;
        out_n = 0;
        restart();
        check_store();
    }
    while (left) {
        size_t used = step(at, left);
        at += used;
        left -= used;
        check_output();
        check_store();
    }
    return 0;
}
