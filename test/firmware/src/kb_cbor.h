/*
 * The part of CBOR that the protocol needs: a reader of any well-formed item, from memory or from a
 * bank of the flash, and a writer of the deterministic form (RFC 8949 §4.2.1).
 *
 * The reader must not trust a length: every one is held against the bytes that are there. The writer
 * does not sort: its caller writes the keys in order.
 */
#ifndef KB_CBOR_H
#define KB_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kb_store;

enum { KB_UINT = 0, KB_NINT = 1, KB_BYTES = 2, KB_TEXT = 3, KB_ARRAY = 4, KB_MAP = 5, KB_TAG = 6, KB_SIMPLE = 7 };

/* Nested items and strings in parts that a value may hold before it is refused: the reader has no heap. */
#define KB_CBOR_DEPTH 8

struct kb_reader {
    uint8_t *mem;           /* the bytes, or NULL: the record in a bank */
    struct kb_store *store; /* where mem is NULL */
    uint32_t at, end;       /* what is left to read */
    uint32_t pairs;         /* of the open map, see kb_map_begin */
    bool endless;           /* the open map ends with a break */
    uint8_t bank;
};

/* Start and length of a string in the reader's bytes. */
struct kb_span {
    uint32_t at, n;
};

int kb_peek(struct kb_reader *r); /* the major type of the next item, or -1 */
bool kb_read_uint(struct kb_reader *r, uint32_t *value); /* a value above 32 bits reads as UINT32_MAX */
bool kb_read_string(struct kb_reader *r, int major, struct kb_span *span); /* parts are joined in place */
bool kb_skip(struct kb_reader *r); /* one whole item */
bool kb_map_begin(struct kb_reader *r);
int kb_map_next(struct kb_reader *r); /* 1: a key follows; 0: the map has ended; -1: not well formed */
bool kb_span_is(struct kb_reader *r, const struct kb_span *span, const char *text);

struct kb_writer {
    uint8_t *to;
    size_t n, room;
    bool full; /* something did not fit: what was written must not be sent */
};

uint8_t *kb_write_room(struct kb_writer *w, size_t n); /* n bytes to fill in, or NULL */
void kb_write_head(struct kb_writer *w, int major, uint32_t value);
void kb_write_text(struct kb_writer *w, const char *text);
/* A key and its value. */
void kb_pair_uint(struct kb_writer *w, const char *key, uint32_t value);
void kb_pair_text(struct kb_writer *w, const char *key, const char *text);
void kb_pair_bytes(struct kb_writer *w, const char *key, const void *from, size_t n);

#endif
