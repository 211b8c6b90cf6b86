/*
 * SMP console framing: finds packets in a stream that carries log text too, and sends packets as lines.
 *
 * Bytes go straight into the receive buffer, decoded as they come: there is no line buffer. It must not
 * look into a packet; a packet that is damaged in any way is dropped without an answer, because the
 * station sends it again.
 */
#include "kb_internal.h"

#define LINE_CHARS 124 /* base64 characters in a line */
#define PIECE 93       /* bytes that they carry */
#define SILENCE_MS 200
#define SMP_HEADER 8

static void drop(struct kb_frame *f) {
    f->open = false;
    f->piece = false;
    f->last = 0;
}

/* One decoded byte: the length field first, then packet and CRC. */
static bool take_byte(struct kb *kb, uint8_t byte) {
    struct kb_frame *f = &kb->frame;
    if (f->filled < 2) {
        f->expected = (uint16_t)(f->expected << 8 | byte);
        f->filled++;
        return f->filled < 2 || (f->expected >= SMP_HEADER + 2 && f->expected <= KB_PACKET_MAX + 2);
    }
    if (f->filled - 2 >= f->expected) {
        return false;
    }
    kb->packet[f->filled++ - 2] = byte;
    return true;
}

static void line_end(struct kb *kb) {
    struct kb_frame *f = &kb->frame;
    f->piece = false;
    if (f->filled < 2 || f->filled - 2 < f->expected) {
        return; /* more lines follow */
    }
    size_t n = f->expected - 2u;
    drop(f);
    if (kb_crc16(0, kb->packet, n) == kb_get_be(kb->packet + n, 2)) {
        n = kb_answer(kb, n);
        if (n) {
            kb_send(kb->packet, n);
        }
    }
    kb_wipe(kb->packet, sizeof kb->packet); /* a put carried a piece of the secret */
    if (kb->reset) {
        kb->reset = false;
        kb_port_reset();
    }
}

/* One character of a piece; false: it cannot stand there, and the packet is lost. */
static bool take_char(struct kb *kb, uint8_t c) {
    struct kb_frame *f = &kb->frame;
    if (c == '\n') {
        if (f->chars % 4) {
            return false;
        }
        line_end(kb);
        return true;
    }
    if (f->cr) {
        return false;
    }
    if (c == '\r') {
        f->cr = true;
        return true;
    }
    if (f->chars == LINE_CHARS) {
        return false;
    }
    unsigned place = f->chars++ % 4u;
    int value = kb_base64_value(c);
    if (c == '=' && place >= 2) {
        f->pad++;
        value = 0;
    } else if (value < 0 || f->pad) {
        return false; /* padding ends the piece: nothing but '=' may follow '=' */
    }
    f->quad = f->quad << 6 | (uint32_t)value;
    if (place == 3) {
        for (unsigned i = 0; i < 3u - f->pad; i++) {
            if (!take_byte(kb, (uint8_t)(f->quad >> (16 - 8 * i)))) {
                return false;
            }
        }
    }
    return true;
}

/* Text between the pieces: only a marker matters, wherever it stands in the line. */
static void take_text(struct kb_frame *f, uint8_t c) {
    bool first = f->last == 0x06 && c == 0x09;
    bool next = f->last == 0x04 && c == 0x14 && f->open;
    f->last = c;
    if (!first && !next) {
        return;
    }
    if (first) {
        f->open = true;
        f->filled = 0;
        f->expected = 0;
    }
    f->piece = true;
    f->chars = 0;
    f->pad = 0;
    f->cr = false;
    f->last = 0;
}

void kb_input(struct kb *kb, const uint8_t *bytes, size_t n) {
    struct kb_frame *f = &kb->frame;
    if (n == 0) {
        return; /* a main loop that finds nothing has not heard anything */
    }
    if (kb_port_millis() - f->heard > SILENCE_MS) {
        drop(f);
    }
    while (n--) {
        uint8_t c = *bytes++;
        if (f->piece && take_char(kb, c)) {
            continue;
        }
        if (f->piece) {
            drop(f); /* and c itself may begin the marker of the next packet */
        }
        take_text(f, c);
    }
    /* Taken after the work: a commit in between is not silence on the line. */
    f->heard = kb_port_millis();
}

/* The frame is length, packet, CRC; it is never held as a whole. */
static uint8_t frame_byte(const uint8_t *packet, size_t n, uint16_t crc, size_t i) {
    if (i < 2) {
        return (uint8_t)((n + 2) >> (8 - 8 * i));
    }
    i -= 2;
    return i < n ? packet[i] : (uint8_t)(crc >> (8 - 8 * (i - n)));
}

void kb_send(const uint8_t *packet, size_t n) {
    uint16_t crc = kb_crc16(0, packet, n);
    size_t total = n + 4;
    char line[2 + LINE_CHARS + 1];
    for (size_t i = 0; i < total;) {
        size_t end = total - i > PIECE ? i + PIECE : total;
        size_t k = 2;
        line[0] = i ? 0x04 : 0x06;
        line[1] = i ? 0x14 : 0x09;
        while (i < end) {
            size_t have = end - i > 3 ? 3 : end - i;
            uint32_t quad = 0;
            for (size_t j = 0; j < 3; j++) {
                quad = quad << 8 | (j < have ? frame_byte(packet, n, crc, i++) : 0u);
            }
            for (size_t j = 0; j < 4; j++) {
                line[k++] = j <= have ? kb_base64_char(quad >> (18 - 6 * j) & 63) : '=';
            }
        }
        line[k++] = '\n';
        kb_port_uart_out(line, k);
    }
}
