/*
 * The provisioning group 0x4B42: reads a request's fields, applies the rules of the device end, and
 * writes the reply. The eight commands of the page, one function each.
 *
 * It must not touch flash except through kb_store, nor print anything at all.
 */
#include "kb_internal.h"

enum field { TX, HW, SV, LEN, DIG, OFF, DATA, NONCE, FIELDS };

static const struct {
    char name[6];
    uint8_t major;
    uint8_t least, most; /* bytes, where the page fixes them; most 0 = no limit here */
} field[FIELDS] = {
    {"tx", KB_BYTES, 16, 16},  {"hw", KB_TEXT, 0, 0},  {"sv", KB_UINT, 0, 0},    {"len", KB_UINT, 1, 0},
    {"dig", KB_BYTES, 32, 32}, {"off", KB_UINT, 0, 0}, {"data", KB_BYTES, 0, 0}, {"nonce", KB_BYTES, 16, 32},
};

/* A known field of the request: where its bytes are, NULL if it is not there; and how many, or its number. */
struct value {
    const uint8_t *at;
    uint32_t n;
};

/* Reads the whole map, whatever it holds. A known key with another type counts as not there. */
static bool read_fields(uint8_t *payload, size_t n, struct value value[FIELDS]) {
    struct kb_reader r = {payload, NULL, 0, (uint32_t)n, 0, false, 0};
    struct kb_span span;
    int more = kb_map_begin(&r) ? kb_map_next(&r) : -1;
    for (; more > 0; more = kb_map_next(&r)) {
        unsigned f = FIELDS;
        if (kb_peek(&r) == KB_TEXT) {
            if (!kb_read_string(&r, KB_TEXT, &span)) {
                return false;
            }
            for (f = 0; f < FIELDS && !kb_span_is(&r, &span, field[f].name);) {
                f++;
            }
        } else if (!kb_skip(&r)) {
            return false;
        }
        if (f == FIELDS || kb_peek(&r) != field[f].major) {
            if (!kb_skip(&r)) {
                return false;
            }
        } else {
            span.at = r.at;
            if (field[f].major == KB_UINT ? !kb_read_uint(&r, &span.n) : !kb_read_string(&r, field[f].major, &span)) {
                return false;
            }
            value[f].at = payload + span.at;
            value[f].n = span.n;
        }
    }
    return more == 0 && r.at == r.end;
}

/* The bank that holds a record, staged or committed, under this tx. */
static bool known_tx(struct kb_store *s, const struct value *tx, struct kb_head *head) {
    unsigned bank = s->stage != KB_NO_BANK ? s->stage : s->record;
    return bank != KB_NO_BANK && kb_bank_head(s, bank, head) && kb_same(head->tx, tx->at, sizeof head->tx);
}

static uint16_t chunk_of(const struct kb_config *c) {
    unsigned chunk = c->chunk ? c->chunk : 256;
    return (uint16_t)(chunk > KB_CHUNK_MAX ? KB_CHUNK_MAX : chunk);
}

static unsigned hello(struct kb *kb, struct kb_writer *w) {
    static const char caps[3][6] = {"prove", "lock", "erase"}; /* in the order of their bits */
    const struct kb_config *c = kb->config;
    struct kb_store *s = &kb->store;
    struct kb_head head;
    uint8_t dig[32];
    unsigned bank = s->stage != KB_NO_BANK ? s->stage : s->record;
    bool has_tx = bank != KB_NO_BANK && kb_bank_head(s, bank, &head);
    bool has_dig = s->record != KB_NO_BANK && kb_store_digest(s, s->record, dig);
    kb_write_head(w, KB_MAP, 8u + has_tx + has_dig);
    kb_pair_uint(w, "v", 1);
    kb_pair_text(w, "fw", c->fw);
    kb_pair_text(w, "hw", c->hw);
    if (has_tx) {
        kb_pair_bytes(w, "tx", head.tx, sizeof head.tx);
    }
    if (has_dig) {
        kb_pair_bytes(w, "dig", dig, sizeof dig);
    }
    kb_pair_bytes(w, "boot", kb->boot, sizeof kb->boot);
    kb_write_text(w, "caps");
    kb_write_head(w, KB_ARRAY, (c->caps & 1u) + (c->caps >> 1 & 1u) + (c->caps >> 2 & 1u));
    for (unsigned i = 0; i < 3; i++) {
        if (c->caps >> i & 1u) {
            kb_write_text(w, caps[i]);
        }
    }
    kb_pair_uint(w, "chunk", chunk_of(c));
    kb_pair_text(w, "model", c->model);
    kb_pair_text(w, "state", s->locked                  ? "locked"
                             : s->record != KB_NO_BANK ? "committed"
                             : s->stage != KB_NO_BANK  ? "staged"
                                                       : "blank");
    return KB_OK;
}

static void reply_off(struct kb_writer *w, uint32_t off) {
    kb_write_head(w, KB_MAP, 1);
    kb_pair_uint(w, "off", off);
}

static unsigned begin(struct kb *kb, const struct value *v, const struct kb_head *known, struct kb_writer *w) {
    struct kb_store *s = &kb->store;
    unsigned rc = KB_OK;
    if (v[HW].n != kb_length(kb->config->hw) || !kb_same(v[HW].at, kb->config->hw, v[HW].n)) {
        return KB_WRONG_HW;
    }
    if (v[SV].n != 1) {
        return KB_SCHEMA;
    }
    if (!known || known->length != v[LEN].n || !kb_same(known->dig, v[DIG].at, sizeof known->dig)) {
        rc = s->record != KB_NO_BANK ? KB_OTHER_RECORD : kb_store_begin(s, v[TX].at, v[LEN].n, v[DIG].at);
    }
    reply_off(w, s->record != KB_NO_BANK ? s->length : s->reached);
    return rc;
}

static unsigned put(struct kb *kb, const struct value *v, struct kb_writer *w) {
    if (v[DATA].n > chunk_of(kb->config)) {
        return KB_TOO_LARGE;
    }
    unsigned rc = kb_store_put(&kb->store, v[OFF].n, v[DATA].at, v[DATA].n);
    reply_off(w, v[OFF].n + v[DATA].n);
    return rc;
}

/* The reply of commit, and that of prove: which ends with mac and boot. */
static unsigned commit_or_prove(struct kb *kb, const struct value *v, bool prove, struct kb_writer *w) {
    uint8_t mac[32], dig[32];
    unsigned rc;
    if (prove) {
        kb_store_digest(&kb->store, kb->store.record, dig); /* if it cannot be read, rc 7 follows at the end */
        rc = kb_record_mac(kb, dig, v[NONCE].at, v[NONCE].n, mac);
    } else {
        rc = kb_store_commit(&kb->store, dig);
    }
    if (rc != KB_OK) {
        return rc;
    }
    kb_write_head(w, KB_MAP, prove ? 3 : 1);
    kb_pair_bytes(w, "dig", dig, sizeof dig);
    if (prove) {
        kb_pair_bytes(w, "mac", mac, sizeof mac);
        kb_pair_bytes(w, "boot", kb->boot, sizeof kb->boot);
    }
    return KB_OK;
}

#define BIT(f) (1u << (f))

enum { HELLO, BEGIN, PUT, COMMIT, PROVE, READPUB, LOCK, ERASE, COMMANDS };
enum { NOTHING, RECORD, TX_KNOWN };

/* What each command asks for before it is looked at. */
static const struct {
    uint8_t fields;     /* that must be there */
    uint8_t caps;       /* that the unit must offer */
    uint8_t needs;
    uint8_t not_locked; /* refused on a locked unit */
} rule[COMMANDS] = {
    {0, 0, NOTHING, false},                                                /* hello */
    {BIT(TX) | BIT(HW) | BIT(SV) | BIT(LEN) | BIT(DIG), 0, NOTHING, true}, /* begin */
    {BIT(TX) | BIT(OFF) | BIT(DATA), 0, TX_KNOWN, true},                   /* put */
    {BIT(TX), 0, TX_KNOWN, true},                                          /* commit */
    {BIT(NONCE), KB_CAP_PROVE, RECORD, false},                             /* prove */
    {0, 0, RECORD, false},                                                 /* readpub */
    {0, KB_CAP_LOCK, RECORD, false},                                       /* lock */
    {0, KB_CAP_ERASE, NOTHING, true},                                      /* erase */
};

unsigned kb_group(struct kb *kb, unsigned command, uint8_t *payload, size_t n, struct kb_writer *out) {
    struct value v[FIELDS];
    struct kb_store *s = &kb->store;
    struct kb_head head;
    unsigned rc;
    kb_fill(v, 0, sizeof v);
    if (!read_fields(payload, n, v)) {
        return KB_MALFORMED;
    }
    for (unsigned f = 0; f < FIELDS; f++) {
        bool fits = v[f].at && v[f].n >= field[f].least && (!field[f].most || v[f].n <= field[f].most);
        if ((rule[command].fields & BIT(f)) && !fits) {
            return KB_MALFORMED;
        }
    }
    if (s->failed) {
        kb_store_mount(s);
    }
    if (s->failed) {
        return KB_STORAGE;
    }
    if (rule[command].not_locked && s->locked) {
        return KB_LOCKED;
    }
    if (rule[command].caps & ~kb->config->caps) {
        return KB_NOT_PERMITTED;
    }
    bool known = (rule[command].fields & BIT(TX)) && known_tx(s, &v[TX], &head);
    if ((rule[command].needs == TX_KNOWN && !known) || (rule[command].needs == RECORD && s->record == KB_NO_BANK)) {
        return KB_NO_RECORD;
    }
    switch (command) {
    case HELLO: rc = hello(kb, out); break;
    case BEGIN: rc = begin(kb, v, known ? &head : NULL, out); break;
    case PUT: rc = put(kb, v, out); break;
    case COMMIT: rc = commit_or_prove(kb, v, false, out); break;
    case PROVE: rc = commit_or_prove(kb, v, true, out); break;
    case READPUB: rc = kb_record_public(kb, out); break;
    default:
        rc = command == LOCK ? kb_store_lock(s) : kb_store_erase(s);
        kb_write_head(out, KB_MAP, 0);
    }
    return s->failed ? KB_STORAGE : rc;
}
