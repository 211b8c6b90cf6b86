/*
 * The eight commands as the station says them, and the two questions every test ends with: in which
 * state is the unit, and does it hold this record. See test.h.
 *
 * It must check a proof with numbers of its own (hw, cid, digest), never with those of the answer.
 */
#include "test.h"

static void pair(struct buf *b, const char *key, const char *text) {
    b_text(b, key);
    b_text(b, text);
}

static void sha256(const void *bytes, size_t n, uint8_t out[32]) {
    struct kb_sha256 c;
    kb_sha256_init(&c);
    kb_sha256_update(&c, bytes, n);
    kb_sha256_final(&c, out);
}

void record_of(struct record *r, const char *cid, const char *secret_key, const char *secret, size_t padding) {
    static char filling[1600];
    struct buf b = {{0}, 0}, t = {{0}, 0};
    uint8_t hash[32];
    b_head(&b, KB_MAP, padding ? 8 : 7);
    pair(&b, "ep", "mqtt-cn-x0r3xxxxx01.mqtt.aliyuncs.com");
    pair(&b, secret_key, secret);
    pair(&b, "un", "DeviceCredential|DC.Wabcdef|mqtt-cn-x0r3xxxxx01");
    pair(&b, "cid", cid);
    pair(&b, "iid", "mqtt-cn-x0r3xxxxx01");
    pair(&b, "kid", "DC.Wabcdef");
    b_text(&b, "port");
    b_head(&b, KB_UINT, 8883);
    if (padding) {
        memset(filling, 'x', sizeof filling);
        filling[padding] = 0;
        pair(&b, "note", filling);
    }
    memcpy(r->bytes, b.at, b.n);
    r->n = b.n;
    sha256(r->bytes, r->n, r->dig);
    b_bytes(&t, HW, sizeof HW); /* with its 00 */
    b_bytes(&t, r->dig, 32);
    sha256(t.at, t.n, hash);
    memcpy(r->tx, hash, 16);
}

struct reply say_empty(unsigned command) {
    struct buf b = {{0xA0}, 1};
    return ask(command >= 6 ? 2 : 0, KB_GROUP, command, &b);
}

struct reply say_hello(void) { return say_empty(0); }

struct reply say_begin(const struct record *r) {
    struct buf b = {{0}, 0};
    b_head(&b, KB_MAP, 5);
    pair(&b, "hw", HW);
    b_text(&b, "sv");
    b_head(&b, KB_UINT, 1);
    b_text(&b, "tx");
    b_string(&b, r->tx, 16);
    b_text(&b, "dig");
    b_string(&b, r->dig, 32);
    b_text(&b, "len");
    b_head(&b, KB_UINT, (uint32_t)r->n);
    return ask(2, KB_GROUP, 1, &b);
}

struct reply say_put(const struct record *r, uint32_t off, size_t n) {
    struct buf b = {{0}, 0};
    b_head(&b, KB_MAP, 3);
    b_text(&b, "tx");
    b_string(&b, r->tx, 16);
    b_text(&b, "off");
    b_head(&b, KB_UINT, off);
    b_text(&b, "data");
    b_string(&b, r->bytes + off, n);
    return ask(2, KB_GROUP, 2, &b);
}

struct reply say_commit(const struct record *r) {
    struct buf b = {{0}, 0};
    b_head(&b, KB_MAP, 1);
    b_text(&b, "tx");
    b_string(&b, r->tx, 16);
    return ask(2, KB_GROUP, 3, &b);
}

struct reply say_prove(const uint8_t *nonce, size_t n) {
    struct buf b = {{0}, 0};
    b_head(&b, KB_MAP, 1);
    b_text(&b, "nonce");
    b_string(&b, nonce, n);
    return ask(0, KB_GROUP, 4, &b);
}

bool say_all(const struct record *r, size_t chunk) {
    struct reply a = say_begin(r);
    uint32_t off;
    if (!a.came || !field_uint(&a, "off", &off)) {
        return false;
    }
    while (off < r->n) {
        size_t n = r->n - off < chunk ? r->n - off : chunk;
        uint32_t next;
        a = say_put(r, off, n);
        if (!field_uint(&a, "off", &next) || next != off + n) {
            return false;
        }
        off = next;
    }
    a = say_commit(r);
    uint8_t dig[32];
    return field_bytes(&a, "dig", dig, 32) && !memcmp(dig, r->dig, 32);
}

bool state_is(const char *state) {
    struct reply a = say_hello();
    return a.came && field_text(&a, "state", state);
}

/* The value of a text key in a record that record_of made. */
static const char *value_of(const struct record *r, const char *key, size_t *n) {
    struct kb_reader reader = {(uint8_t *)r->bytes, NULL, 0, (uint32_t)r->n, 0, false, 0};
    struct kb_span span;
    bool found = false;
    kb_map_begin(&reader);
    while (!found && kb_map_next(&reader) > 0 && kb_read_string(&reader, KB_TEXT, &span)) {
        found = kb_span_is(&reader, &span, key);
        if (!found) {
            kb_skip(&reader);
        }
    }
    *n = found && kb_read_string(&reader, KB_TEXT, &span) ? span.n : 0;
    return *n ? (const char *)r->bytes + span.at : NULL;
}

bool holds(const struct record *r) {
    static uint8_t nonce[16];
    uint8_t tx[16], dig[32], boot[8], proof_boot[8], proof_dig[32], mac[32], k[32];
    size_t secret_n, cid_n;
    struct kb_hmac c;
    struct reply a = say_hello();
    bool said = (field_text(&a, "state", "committed") || field_text(&a, "state", "locked")) &&
                field_bytes(&a, "tx", tx, 16) && field_bytes(&a, "dig", dig, 32) && field_bytes(&a, "boot", boot, 8);
    nonce[0]++;
    a = say_prove(nonce, sizeof nonce);
    said = said && field_bytes(&a, "mac", mac, 32) && field_bytes(&a, "boot", proof_boot, 8) && field_bytes(&a, "dig", proof_dig, 32);
    if (!said || memcmp(tx, r->tx, 16) || memcmp(dig, r->dig, 32) || memcmp(proof_dig, dig, 32) || memcmp(boot, proof_boot, 8)) {
        return false;
    }
    const char *secret = value_of(r, "key", &secret_n), *cid = value_of(r, "cid", &cid_n);
    secret = secret ? secret : value_of(r, "pw", &secret_n);
    kb_hmac_init(&c, NULL, 0);
    kb_hmac_update(&c, secret, secret_n);
    kb_hmac_final(&c, k);
    kb_hkdf_expand(&c, k, "keybench-pop-v1", 15, k);
    struct buf m = {{0}, 0};
    b_bytes(&m, "prov", 5);
    b_bytes(&m, HW, sizeof HW);
    b_bytes(&m, cid, cid_n);
    b_bytes(&m, "", 1);
    b_bytes(&m, r->dig, 32);
    b_bytes(&m, boot, 8);
    b_bytes(&m, nonce, sizeof nonce);
    kb_hmac_init(&c, k, 32);
    kb_hmac_update(&c, m.at, m.n);
    kb_hmac_final(&c, k);
    return !memcmp(k, mac, 32);
}
