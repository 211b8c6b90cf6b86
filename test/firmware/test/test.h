/*
 * The smallest test harness that names what failed, and a bench with one unit on it: its other port
 * functions, a client that speaks the protocol, and the power switch.
 *
 * The client builds its frames with code of its own (client.c), so that a mistake in the device end's
 * framing cannot cancel itself out. Nothing here may be linked into the device end.
 */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <string.h>

#include "flash_model.h"
#include "kb_internal.h"

extern unsigned test_checks, test_failures;
extern const char *test_name;

#define CHECK(condition)                                                                             \
    do {                                                                                             \
        test_checks++;                                                                               \
        if (!(condition)) {                                                                          \
            test_failures++;                                                                         \
            printf("%s:%d: %s: not so: %s\n", __FILE__, __LINE__, test_name, #condition);            \
        }                                                                                            \
    } while (0)

#define RUN(test)                                                                                    \
    do {                                                                                             \
        test_name = #test;                                                                           \
        test_count++;                                                                                \
        test();                                                                                      \
    } while (0)

extern unsigned test_count;

void test_codec(void);
void test_frame(void);
void test_cbor(void);
void test_crypto(void);
void test_rules(void);
void test_errors(void);
void test_storage(void);
void test_power(void);

/* ---- bench.c: the unit ---- */
#define HW "AC67B2123456"
#define ALL_CAPS (KB_CAP_PROVE | KB_CAP_LOCK | KB_CAP_ERASE)

extern struct kb unit;
extern struct kb_config unit_config;
extern uint32_t clock_ms;
extern char line_out[16384]; /* all that the unit sent since it was last emptied */
extern size_t line_out_n;
extern unsigned resets;      /* asked for through the port */

void bench_new(void);   /* a blank unit, switched on */
void bench_power(void); /* switched off and on: only the flash stays */

/* Runs `work` with power to be cut at one flash operation; true if it was cut, and then power is on again. */
bool bench_cut(unsigned long at, enum flash_cut mode, void (*work)(void));

/* ---- client.c: what the station would say ---- */
struct buf {
    uint8_t at[4096];
    size_t n;
};

void b_bytes(struct buf *b, const void *from, size_t n);
void b_head(struct buf *b, int major, uint32_t value);
void b_text(struct buf *b, const char *text);
void b_string(struct buf *b, const void *from, size_t n);

struct buf packet_of(unsigned op, unsigned group, unsigned command, const struct buf *payload);
struct buf frame_of(const void *packet, size_t n); /* lines as the station sends them, the first "\n" included */
extern size_t frame_piece; /* bytes per line: 93 */
bool unframe(const char *line, size_t n, struct buf *packet); /* the first whole packet in these lines */

struct reply {
    bool came;        /* one answer, well framed, with the header that belongs to the request */
    bool ours;        /* rc stands under err, with the group */
    unsigned rc;      /* 0 = no error */
    struct buf body;  /* payload */
};

extern unsigned reply_op; /* byte 0 of the last answer */

struct reply ask(unsigned op, unsigned group, unsigned command, const struct buf *payload);
bool field_bytes(struct reply *r, const char *key, void *to, size_t n); /* a byte string of just this length */
bool field_text(struct reply *r, const char *key, const char *text);    /* the text is this one */
bool field_uint(struct reply *r, const char *key, uint32_t *value);
bool has_field(struct reply *r, const char *key);

/* One record and what the protocol says of it. */
struct record {
    uint8_t bytes[2048];
    size_t n;
    uint8_t dig[32], tx[16];
};

void record_of(struct record *r, const char *cid, const char *secret_key, const char *secret, size_t padding);
struct reply say_hello(void);
struct reply say_begin(const struct record *r);
struct reply say_put(const struct record *r, uint32_t off, size_t n);
struct reply say_commit(const struct record *r);
struct reply say_prove(const uint8_t *nonce, size_t n);
struct reply say_empty(unsigned command); /* readpub, lock, erase */
bool say_all(const struct record *r, size_t chunk); /* begin, puts, commit; true if all were answered well */
bool state_is(const char *state);
bool holds(const struct record *r); /* committed or locked, with this tx and digest, and a right proof */

#endif
