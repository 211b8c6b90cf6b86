/*
 * The station's side, as far as a test needs it: frames, requests and their answers. See test.h.
 *
 * Framing, CRC and base64 are written again here, from the page and not from src/. Digests and MACs use
 * the device end's own hash, which test_crypto.c holds against the RFCs.
 */
#include "test.h"

static unsigned sequence;
unsigned reply_op;
size_t frame_piece = 93;

void b_bytes(struct buf *b, const void *from, size_t n) {
    if (n && n <= sizeof b->at - b->n) {
        memcpy(b->at + b->n, from, n);
        b->n += n;
    }
}

void b_head(struct buf *b, int major, uint32_t value) {
    uint8_t head[3] = {(uint8_t)(major << 5 | (value < 24 ? (int)value : 25)), (uint8_t)(value >> 8), (uint8_t)value};
    b_bytes(b, head, value < 24 ? 1 : 3); /* not always the shortest form: a receiver takes any */
}

void b_text(struct buf *b, const char *text) {
    b_head(b, KB_TEXT, (uint32_t)strlen(text));
    b_bytes(b, text, strlen(text));
}

void b_string(struct buf *b, const void *from, size_t n) {
    b_head(b, KB_BYTES, (uint32_t)n);
    b_bytes(b, from, n);
}

struct buf packet_of(unsigned op, unsigned group, unsigned command, const struct buf *payload) {
    struct buf p = {{0}, 0};
    uint8_t head[8] = {(uint8_t)(8 | op), 0, (uint8_t)(payload->n >> 8), (uint8_t)payload->n,
                       (uint8_t)(group >> 8), (uint8_t)group, (uint8_t)++sequence, (uint8_t)command};
    b_bytes(&p, head, 8);
    b_bytes(&p, payload->at, payload->n);
    return p;
}

static unsigned crc_of(const uint8_t *p, size_t n) {
    unsigned long value = 0;
    for (size_t i = 0; i < (n + 2) * 8; i++) { /* long division, sixteen zero bits at the end */
        unsigned bit = i / 8 < n ? p[i / 8] >> (7 - i % 8) & 1u : 0;
        value = (value << 1 | bit) & 0x1FFFF;
        value ^= value & 0x10000 ? 0x11021u : 0;
    }
    return (unsigned)value;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct buf frame_of(const void *packet, size_t n) {
    struct buf out = {{0}, 0}, raw = {{0}, 0};
    unsigned crc = crc_of(packet, n);
    uint8_t edge[2] = {(uint8_t)((n + 2) >> 8), (uint8_t)(n + 2)};
    b_bytes(&raw, edge, 2);
    b_bytes(&raw, packet, n);
    edge[0] = (uint8_t)(crc >> 8);
    edge[1] = (uint8_t)crc;
    b_bytes(&raw, edge, 2);
    b_bytes(&out, "\n", 1);
    for (size_t at = 0; at < raw.n; at += frame_piece) {
        b_bytes(&out, at ? "\x04\x14" : "\x06\x09", 2);
        size_t end = raw.n - at < frame_piece ? raw.n : at + frame_piece;
        for (size_t i = at; i < end; i += 3) {
            unsigned long v = (unsigned long)raw.at[i] << 16 | (unsigned)(i + 1 < end ? raw.at[i + 1] : 0) << 8 |
                              (i + 2 < end ? raw.at[i + 2] : 0);
            char quad[4] = {alphabet[v >> 18 & 63], alphabet[v >> 12 & 63], i + 1 < end ? alphabet[v >> 6 & 63] : '=',
                            i + 2 < end ? alphabet[v & 63] : '='};
            b_bytes(&out, quad, 4);
        }
        b_bytes(&out, "\n", 1);
    }
    return out;
}

/* Strict: the lines of a unit hold nothing but frames here. */
bool unframe(const char *line, size_t n, struct buf *packet) {
    struct buf raw = {{0}, 0};
    packet->n = 0;
    for (size_t i = 0; i < n;) {
        const char *end = memchr(line + i, '\n', n - i);
        const char *marker = raw.n ? "\x04\x14" : "\x06\x09";
        if (!end || memcmp(line + i, marker, 2) || (end - line - (long)i - 2) % 4 || end - line - (long)i > 126) {
            return false;
        }
        unsigned long v = 0;
        size_t kept = 0;
        for (i += 2; line + i < end; i++) {
            const char *c = line[i] == '=' ? alphabet : strchr(alphabet, line[i]);
            if (!c || !line[i]) {
                return false;
            }
            v = v << 6 | (unsigned long)(c - alphabet);
            if (++kept % 4 == 0) {
                uint8_t three[3] = {(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
                b_bytes(&raw, three, line[i] != '=' ? 3 : line[i - 1] != '=' ? 2 : 1);
            }
        }
        i++;
        size_t length = raw.n >= 2 ? (size_t)raw.at[0] << 8 | raw.at[1] : 0;
        if (raw.n >= 2 && raw.n - 2 >= length) {
            if (length < 10 || raw.n - 2 != length || i != n) {
                return false; /* one answer, and nothing behind it */
            }
            b_bytes(packet, raw.at + 2, length - 2);
            return crc_of(packet->at, packet->n) == ((unsigned)raw.at[length] << 8 | raw.at[length + 1]);
        }
    }
    return false;
}

static struct kb_reader open_map(struct reply *r) {
    struct kb_reader reader = {r->body.at, NULL, 0, (uint32_t)r->body.n, 0, false, 0};
    kb_map_begin(&reader);
    return reader;
}

static bool find(struct kb_reader *reader, const char *key) {
    struct kb_span span;
    while (kb_map_next(reader) > 0 && kb_read_string(reader, KB_TEXT, &span)) {
        if (kb_span_is(reader, &span, key)) {
            return true;
        }
        kb_skip(reader);
    }
    return false;
}

struct reply ask(unsigned op, unsigned group, unsigned command, const struct buf *payload) {
    struct reply r = {false, false, 0, {{0}, 0}};
    struct buf request = packet_of(op, group, command, payload), answer;
    struct buf frame = frame_of(request.at, request.n);
    line_out_n = 0;
    kb_input(&unit, frame.at, frame.n);
    if (!unframe(line_out, line_out_n, &answer)) {
        return r;
    }
    reply_op = answer.at[0];
    r.came = (answer.at[0] == (9 | op)) && answer.at[1] == 0 && !memcmp(answer.at + 4, request.at + 4, 4) &&
             ((size_t)answer.at[2] << 8 | answer.at[3]) == answer.n - 8;
    b_bytes(&r.body, answer.at + 8, answer.n - 8);
    struct kb_reader reader = open_map(&r);
    uint32_t rc = 0, of = 0;
    if (field_uint(&r, "rc", &rc)) {
        r.rc = rc;
    } else if (find(&reader, "err")) {
        uint32_t from = reader.at;
        if (kb_map_begin(&reader) && find(&reader, "rc") && kb_read_uint(&reader, &rc)) {
            r.rc = rc;
        }
        reader.at = from;
        r.ours = kb_map_begin(&reader) && find(&reader, "group") && kb_read_uint(&reader, &of) && of == 0x4B42;
    }
    return r;
}

bool field_bytes(struct reply *r, const char *key, void *to, size_t n) {
    struct kb_reader reader = open_map(r);
    struct kb_span span;
    if (!find(&reader, key) || !kb_read_string(&reader, KB_BYTES, &span) || span.n != n) {
        return false;
    }
    memcpy(to, r->body.at + span.at, n);
    return true;
}

bool field_text(struct reply *r, const char *key, const char *text) {
    struct kb_reader reader = open_map(r);
    struct kb_span span;
    return find(&reader, key) && kb_read_string(&reader, KB_TEXT, &span) && kb_span_is(&reader, &span, text);
}

bool field_uint(struct reply *r, const char *key, uint32_t *value) {
    struct kb_reader reader = open_map(r);
    return find(&reader, key) && kb_read_uint(&reader, value);
}

bool has_field(struct reply *r, const char *key) {
    struct kb_reader reader = open_map(r);
    return find(&reader, key);
}
