/*
 * The small codes that framing and storage share: CRC16-XMODEM, the base64 alphabet, big-endian
 * numbers, and wiping. No state, no port.
 *
 * CRC16 finds a damaged frame or a torn header; it must not be taken for proof that a record is right:
 * that is the digest's work.
 */
#include "kb_internal.h"

void kb_copy(void *to, const void *from, size_t n) {
    uint8_t *t = to;
    const uint8_t *f = from;
    while (n--) {
        *t++ = *f++;
    }
}

void kb_fill(void *at, int byte, size_t n) {
    uint8_t *p = at;
    while (n--) {
        *p++ = (uint8_t)byte;
    }
}

/* Looks at all bytes, wherever the first difference is. */
bool kb_same(const void *a, const void *b, size_t n) {
    const uint8_t *x = a, *y = b;
    unsigned differ = 0;
    while (n--) {
        differ |= (unsigned)(*x++ ^ *y++);
    }
    return differ == 0;
}

/* The bound is never met; without it the compiler sees a strlen and calls the C library. */
size_t kb_length(const char *text) {
    size_t n = 0;
    while (n < 0x7FFF && text[n]) {
        n++;
    }
    return n;
}

/* Bit by bit: a table would cost 512 bytes of flash, and the UART is slower than this loop. */
uint16_t kb_crc16(uint16_t crc, const void *bytes, size_t n) {
    const uint8_t *p = bytes;
    while (n--) {
        crc = (uint16_t)(crc ^ (*p++ << 8));
        for (int bit = 0; bit < 8; bit++) {
            crc = (uint16_t)((crc << 1) ^ ((crc & 0x8000u) ? 0x1021 : 0));
        }
    }
    return crc;
}

int kb_base64_value(uint8_t c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

char kb_base64_char(unsigned value) {
    if (value < 26) {
        return (char)('A' + value);
    }
    if (value < 52) {
        return (char)('a' + value - 26);
    }
    if (value < 62) {
        return (char)('0' + value - 52);
    }
    return value == 62 ? '+' : '/';
}

uint32_t kb_get_be(const uint8_t *from, size_t n) {
    uint32_t value = 0;
    while (n--) {
        value = value << 8 | *from++;
    }
    return value;
}

void kb_put_be(uint8_t *to, uint32_t value, size_t n) {
    while (n--) {
        to[n] = (uint8_t)value;
        value >>= 8;
    }
}

/* Through a volatile pointer: a compiler may drop a memset of memory that nobody reads again. */
void kb_wipe(void *at, size_t n) {
    volatile uint8_t *p = at;
    while (n--) {
        *p++ = 0;
    }
}
