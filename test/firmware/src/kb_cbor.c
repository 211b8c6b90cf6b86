/*
 * The CBOR reader and writer. See kb_cbor.h.
 *
 * Nothing here recurses: the stack of a small chip must have a known depth, whatever a packet nests.
 */
#include "kb_internal.h"

enum { BREAK = 8, REFUSED = -1 }; /* beside the major types */

struct head {
    int major;
    bool endless; /* of strings, arrays and maps */
    uint32_t value;
};

static uint32_t left(const struct kb_reader *r) { return r->end - r->at; }

static uint8_t byte_at(struct kb_reader *r, uint32_t at) {
    uint8_t byte;
    if (r->mem) {
        return r->mem[at];
    }
    kb_bank_read(r->store, r->bank, KB_DATA_AT + at, &byte, 1);
    return byte;
}

static int read_head(struct kb_reader *r, struct head *h) {
    h->endless = false;
    h->value = 0;
    if (!left(r)) {
        return h->major = REFUSED;
    }
    uint8_t initial = byte_at(r, r->at++);
    unsigned info = initial & 31u;
    h->major = initial >> 5;
    h->value = info;
    if (info == 31) {
        h->endless = h->major >= KB_BYTES && h->major <= KB_MAP;
        return h->major = h->endless ? h->major : h->major == KB_SIMPLE ? BREAK : REFUSED;
    }
    if (info >= 24) {
        uint32_t size = info > 27 ? UINT32_MAX : 1u << (info - 24);
        if (size > left(r)) {
            return h->major = REFUSED;
        }
        bool above = false;
        for (h->value = 0; size--;) {
            above = above || h->value >> 24;
            h->value = h->value << 8 | byte_at(r, r->at++);
        }
        if (above) {
            h->value = UINT32_MAX; /* too large for any use here, so which one does not matter */
        }
        if (h->major == KB_SIMPLE && info == 24 && h->value < 32) {
            return h->major = REFUSED;
        }
    }
    /* Each item has at least one byte, so no count above what is left can be true. */
    if (h->major >= KB_BYTES && h->major <= KB_MAP && h->value > left(r)) {
        return h->major = REFUSED;
    }
    return h->major;
}

int kb_peek(struct kb_reader *r) { return left(r) ? byte_at(r, r->at) >> 5 : -1; }

bool kb_read_uint(struct kb_reader *r, uint32_t *value) {
    struct head h;
    bool ok = read_head(r, &h) == KB_UINT;
    *value = h.value;
    return ok;
}

/* A string in parts is joined where it stands: the bytes are ours, and the reader goes on behind them. */
bool kb_read_string(struct kb_reader *r, int major, struct kb_span *span) {
    struct head h, part;
    if (read_head(r, &h) != major) {
        return false;
    }
    span->at = r->at;
    span->n = h.value;
    if (!h.endless) {
        r->at += h.value;
        return true;
    }
    span->n = 0;
    while (read_head(r, &part) == major && !part.endless && r->mem) {
        kb_copy(r->mem + span->at + span->n, r->mem + r->at, part.value);
        span->n += part.value;
        r->at += part.value;
    }
    return part.major == BREAK && r->mem;
}

/* An open item within kb_skip: how many items it still holds, or of what kind it is until its break. */
struct level {
    uint32_t left;
    uint8_t until; /* 0: count; else the major type of the endless item */
    bool odd;      /* a key without its value: an endless map cannot end here */
};

bool kb_skip(struct kb_reader *r) {
    struct level level[KB_CBOR_DEPTH];
    int top = 0;
    bool tagged = false;
    level[0].left = 1;
    level[0].until = 0;
    level[0].odd = false;
    for (;;) {
        while (!level[top].until && !level[top].left) {
            if (top-- == 0) {
                return true;
            }
        }
        struct level *l = &level[top];
        struct head h;
        if (read_head(r, &h) == BREAK) {
            if (!l->until || l->odd || tagged) {
                return false;
            }
            l->until = 0; /* with no items left it is closed above */
            continue;
        }
        if (h.major == REFUSED) {
            return false;
        }
        if (l->until == KB_BYTES || l->until == KB_TEXT) {
            if (h.major != l->until || h.endless) {
                return false;
            }
            r->at += h.value;
            continue;
        }
        tagged = h.major == KB_TAG;
        if (tagged) {
            continue; /* belongs to the item that follows, which is counted */
        }
        l->left -= !l->until;
        l->odd = l->until == KB_MAP && !l->odd;
        if (h.major < KB_BYTES || h.major > KB_MAP) {
            continue;
        }
        if (h.major <= KB_TEXT && !h.endless) {
            r->at += h.value;
            continue;
        }
        if (++top == KB_CBOR_DEPTH) {
            return false;
        }
        level[top].until = h.endless ? (uint8_t)h.major : 0;
        level[top].left = h.endless ? 0 : h.major == KB_MAP ? 2 * h.value : h.value;
        level[top].odd = false;
    }
}

bool kb_map_begin(struct kb_reader *r) {
    struct head h;
    bool ok = read_head(r, &h) == KB_MAP;
    r->endless = h.endless;
    r->pairs = h.value;
    return ok;
}

int kb_map_next(struct kb_reader *r) {
    if (!r->endless) {
        return r->pairs ? (r->pairs--, 1) : 0;
    }
    if (!left(r)) {
        return -1;
    }
    if (byte_at(r, r->at) != 0xFF) {
        return 1;
    }
    r->at++;
    r->endless = false;
    r->pairs = 0;
    return 0;
}

bool kb_span_is(struct kb_reader *r, const struct kb_span *span, const char *text) {
    for (uint32_t i = 0; i < span->n; i++) {
        if (!text[i] || (uint8_t)text[i] != byte_at(r, span->at + i)) {
            return false;
        }
    }
    return text[span->n] == 0;
}

uint8_t *kb_write_room(struct kb_writer *w, size_t n) {
    if (w->full || n > w->room - w->n) {
        w->full = true;
        return NULL;
    }
    w->n += n;
    return w->to + w->n - n;
}

/* The shortest form, as determinism asks. */
void kb_write_head(struct kb_writer *w, int major, uint32_t value) {
    size_t size = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
    uint8_t *to = kb_write_room(w, 1 + size);
    if (to) {
        unsigned info = size == 0 ? value : size == 4 ? 26 : 23 + (unsigned)size;
        *to = (uint8_t)((unsigned)major << 5 | info);
        kb_put_be(to + 1, value, size);
    }
}

static void write_string(struct kb_writer *w, int major, const void *from, size_t n) {
    kb_write_head(w, major, (uint32_t)n);
    uint8_t *to = kb_write_room(w, n);
    if (to) {
        kb_copy(to, from, n);
    }
}

void kb_write_text(struct kb_writer *w, const char *text) { write_string(w, KB_TEXT, text, kb_length(text)); }

void kb_pair_uint(struct kb_writer *w, const char *key, uint32_t value) {
    kb_write_text(w, key);
    kb_write_head(w, KB_UINT, value);
}

void kb_pair_text(struct kb_writer *w, const char *key, const char *text) {
    kb_write_text(w, key);
    kb_write_text(w, text);
}

void kb_pair_bytes(struct kb_writer *w, const char *key, const void *from, size_t n) {
    kb_write_text(w, key);
    write_string(w, KB_BYTES, from, n);
}
