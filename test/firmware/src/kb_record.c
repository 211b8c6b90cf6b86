/*
 * What the committed record says: the proof that the unit holds it, and its public part.
 *
 * Every answer is made from the flash, byte by byte; the record is never in RAM as a whole. The values
 * of "key" and "pw" leave this file only through the HMAC.
 */
#include "kb_internal.h"

/* Where the text under a key stands; false: the record has none, or is not what the page describes. */
static bool find(struct kb *kb, struct kb_reader *r, const char *name, struct kb_span *value) {
    struct kb_span key;
    bool found = false;
    kb_fill(r, 0, sizeof *r);
    r->store = &kb->store;
    r->bank = kb->store.record;
    r->end = kb->store.length;
    if (!kb_map_begin(r)) {
        return false;
    }
    while (!found && kb_map_next(r) > 0) {
        if (!kb_read_string(r, KB_TEXT, &key)) {
            return false;
        }
        found = kb_span_is(r, &key, name);
        if (found ? !kb_read_string(r, KB_TEXT, value) : !kb_skip(r)) {
            return false;
        }
    }
    return found && !kb->store.failed;
}

static void hmac_span(struct kb_hmac *c, struct kb_reader *r, const struct kb_span *span) {
    uint8_t part[KB_PART];
    uint32_t at = KB_DATA_AT + span->at;
    size_t size;
    while ((size = kb_bank_part(r->store, r->bank, &at, KB_DATA_AT + span->at + span->n, part)) > 0) {
        kb_hmac_update(c, part, size);
    }
    kb_wipe(part, sizeof part);
}

/* The digest comes from the caller, who has just hashed it: within here its context would lie on top of ours. */
unsigned kb_record_mac(struct kb *kb, const uint8_t dig[32], const uint8_t *nonce, size_t n, uint8_t mac[32]) {
    static const char info[] = "keybench-pop-v1";
    struct kb_reader r;
    struct kb_span span;
    struct kb_hmac c;
    uint8_t k[32];

    if (!find(kb, &r, "key", &span) && !find(kb, &r, "pw", &span)) {
        return KB_MALFORMED;
    }
    kb_hmac_init(&c, NULL, 0);
    hmac_span(&c, &r, &span);
    kb_hmac_final(&c, k);
    kb_hkdf_expand(&c, k, info, sizeof info - 1, k);

    unsigned rc = KB_MALFORMED;
    if (find(kb, &r, "cid", &span)) {
        kb_hmac_init(&c, k, sizeof k);
        kb_hmac_update(&c, "prov", 5); /* with its 00 */
        kb_hmac_update(&c, kb->config->hw, kb_length(kb->config->hw) + 1);
        hmac_span(&c, &r, &span);
        kb_hmac_update(&c, "", 1);
        kb_hmac_update(&c, dig, 32);
        kb_hmac_update(&c, kb->boot, sizeof kb->boot);
        kb_hmac_update(&c, nonce, n);
        kb_hmac_final(&c, mac);
        rc = KB_OK;
    }
    kb_wipe(k, sizeof k);
    return rc;
}

unsigned kb_record_public(struct kb *kb, struct kb_writer *out) {
    static const char names[4][4] = {"ep", "cid", "iid", "kid"}; /* in the order of deterministic CBOR */
    struct kb_reader r;
    struct kb_span span;
    kb_write_head(out, KB_MAP, 4);
    for (unsigned i = 0; i < 4; i++) {
        if (!find(kb, &r, names[i], &span)) {
            return KB_MALFORMED;
        }
        kb_write_text(out, names[i]);
        kb_write_head(out, KB_TEXT, span.n);
        uint8_t *to = kb_write_room(out, span.n);
        if (to) {
            kb_bank_read(&kb->store, r.bank, KB_DATA_AT + span.at, to, span.n);
        }
    }
    return KB_OK;
}
