/*
 * Framing: every sentence of the page's chapter, as what the unit does with a hello on the line.
 *
 * "Answers" means one whole, well-framed answer; "silent" means not a single byte. It must not
 * look at what is in the answer.
 */
#include "test.h"

static struct buf hello_packet(size_t size) {
    struct buf b = {{0}, 0};
    static uint8_t filling[2048];
    if (size <= 9) {
        b_head(&b, KB_MAP, 0);
    } else { /* an unknown key makes it as long as one likes: 8 header, 1 map, 2 key, 3 head of the value */
        b_head(&b, KB_MAP, 1);
        b_text(&b, "z");
        uint8_t head[3] = {0x59, (uint8_t)((size - 14) >> 8), (uint8_t)(size - 14)};
        b_bytes(&b, head, 3);
        b_bytes(&b, filling, size - 14);
    }
    return packet_of(0, KB_GROUP, 0, &b);
}

static struct buf hello_frame(size_t size) {
    struct buf p = hello_packet(size);
    return frame_of(p.at, p.n);
}

static void feed(const void *bytes, size_t n) { kb_input(&unit, bytes, n); }

static bool answered(void) {
    struct buf packet;
    bool whole = unframe(line_out, line_out_n, &packet);
    line_out_n = 0;
    return whole;
}

static bool silent(void) {
    bool nothing = line_out_n == 0;
    line_out_n = 0;
    return nothing;
}

static void one_frame(void) {
    bench_new();
    struct buf f = hello_frame(9);
    feed(f.at, f.n);
    CHECK(answered());
    for (size_t i = 0; i < f.n; i++) {
        feed(f.at + i, 1); /* byte by byte is the same */
        CHECK(i + 1 == f.n || silent());
    }
    CHECK(answered());
}

static void every_size(void) {
    bench_new();
    for (size_t size = 14; size <= KB_PACKET_MAX; size++) {
        struct buf f = hello_frame(size);
        feed(f.at, f.n);
        CHECK(answered());
    }
    for (size_t size = KB_PACKET_MAX + 1; size < KB_PACKET_MAX + 4; size++) {
        struct buf f = hello_frame(size);
        feed(f.at, f.n);
        CHECK(silent());
    }
    struct buf f = hello_frame(9);
    feed(f.at, f.n);
    CHECK(answered());
}

static void carriage_return(void) {
    bench_new();
    struct buf f = hello_frame(200), g = {{0}, 0};
    for (size_t i = 0; i < f.n; i++) {
        if (f.at[i] == '\n') {
            b_bytes(&g, "\r", 1);
        }
        b_bytes(&g, f.at + i, 1);
    }
    feed(g.at, g.n);
    CHECK(answered());
    g.at[g.n - 1] = 'A'; /* and only before the line's end */
    feed(g.at, g.n);
    CHECK(silent());
}

static void log_around(void) {
    bench_new();
    struct buf f = hello_frame(200);
    const char *log = "I (312) wifi: connected\n";
    feed(log, strlen(log));
    feed("boot: no line end ", 18);
    feed(f.at + 1, f.n - 1); /* the marker stands in the middle of a line */
    CHECK(answered());
    for (size_t i = 0; i < f.n; i++) { /* log lines between the lines of a frame, one without its end */
        feed(f.at + i, 1);
        if (f.at[i] == '\n' && i + 1 < f.n) {
            feed(log, strlen(log));
            feed("rst:0x1 \x04\x06", 10);
        }
    }
    CHECK(answered());
    feed("\x06\x06\x09", 3); /* half a marker before a whole one */
    feed(f.at + 3, f.n - 3);
    CHECK(answered());
}

static void log_inside(void) {
    struct buf f = hello_frame(200);
    bench_new();
    for (size_t at = 3; at + 1 < f.n; at++) { /* cut in two anywhere inside a line, the next frame must come through */
        if (f.at[at] == '\n' || f.at[at - 1] == '\n' || f.at[at - 2] == '\n') {
            continue;
        }
        feed(f.at, at);
        feed("E (99) x\n", 9);
        feed(f.at + at, f.n - at);
        CHECK(silent());
        feed(f.at, f.n);
        CHECK(answered());
        feed(f.at, at); /* or simply ends there, and the next frame follows without a line end */
        feed(f.at + 1, f.n - 1);
        CHECK(answered());
    }
}

static void bad_characters(void) {
    struct buf f = hello_frame(200);
    bench_new();
    for (unsigned c = 0; c < 256; c++) {
        if (kb_base64_value((uint8_t)c) >= 0 || c == '\n') {
            continue;
        }
        struct buf g = f;
        g.at[7] = (uint8_t)c;
        feed(g.at, g.n);
        CHECK(silent());
    }
    for (size_t i = 3; i < f.n; i++) { /* a flipped bit anywhere: alphabet, CRC or length finds it */
        struct buf g = f;
        g.at[i] ^= 1;
        feed(g.at, g.n);
        CHECK(silent());
    }
    feed(f.at, f.n);
    CHECK(answered());
}

static void lengths(void) {
    struct buf p = hello_packet(9), f;
    bench_new();
    struct buf longer = p;
    longer.n++; /* the header's length is one short of the packet */
    f = frame_of(longer.at, longer.n);
    feed(f.at, f.n);
    CHECK(silent());
    f = frame_of(p.at, 7); /* shorter than a header */
    feed(f.at, f.n);
    CHECK(silent());
    for (frame_piece = 3; frame_piece <= 96; frame_piece += 3) { /* shorter lines are lines too; 128 characters are not */
        f = hello_frame(92);
        feed(f.at, f.n);
        CHECK(frame_piece <= 93 ? answered() : silent());
    }
    frame_piece = 1; /* even one byte to a line, each with its padding */
    f = hello_frame(92);
    feed(f.at, f.n);
    CHECK(answered());
    frame_piece = 93;
    feed("\x06\x09" "AAk\n", 6); /* not a multiple of four */
    feed("\x04\x14" "AAAA\n", 7);
    CHECK(silent());
    feed("\x06\x09" "AA=A\n", 7); /* padding within a quad */
    feed("\x06\x09" "A===\n", 7);
    feed("\x06\x09" "AA==AAAA\n", 11);
    CHECK(silent());
    feed("\x04\x14" "AAAA\n", 7); /* a piece without a first one */
    f = hello_frame(9);
    feed(f.at, f.n - 1);
    feed("\n", 1);
    CHECK(answered());
}

static void silence(void) {
    struct buf f = hello_frame(200);
    bench_new();
    for (size_t at = 3; at < f.n; at += 11) {
        feed(f.at, at);
        clock_ms += 200;
        feed(f.at + at, f.n - at);
        CHECK(answered());
        feed(f.at, at);
        clock_ms += 201;
        feed(f.at + at, f.n - at);
        CHECK(silent());
        feed(f.at, at); /* nor does a main loop that finds nothing break the silence */
        for (unsigned ms = 0; ms <= 200; ms++) {
            clock_ms++;
            feed("", 0);
        }
        feed(f.at + at, f.n - at);
        CHECK(silent());
    }
    clock_ms = UINT32_MAX - 50; /* the clock may wrap round */
    feed("\n", 1);
    feed(f.at, 9);
    clock_ms += 100;
    feed(f.at + 9, f.n - 9);
    CHECK(answered());
}

/* No answer to an answer, and none to an operation that SMP does not have. */
static void not_requests(void) {
    struct buf empty = {{0xA0}, 1};
    bench_new();
    for (unsigned op = 0; op < 8; op++) {
        struct buf p = packet_of(op, KB_GROUP, 0, &empty), f = frame_of(p.at, p.n);
        feed(f.at, f.n);
        CHECK(op == 0 || op == 2 ? answered() : silent());
    }
}

void test_frame(void) {
    RUN(one_frame);
    RUN(every_size);
    RUN(carriage_return);
    RUN(log_around);
    RUN(log_inside);
    RUN(bad_characters);
    RUN(lengths);
    RUN(silence);
    RUN(not_requests);
}
