/*
 * What the files of the device end share among themselves. A firmware's own code must not include it:
 * nothing here is promised from one version to the next.
 */
#ifndef KB_INTERNAL_H
#define KB_INTERNAL_H

#include "keybench.h"
#include "kb_cbor.h"
#include "kb_crypto.h"

#define KB_GROUP 0x4B42u
#define KB_NO_BANK 0xFFu

/* Result codes of the group, in the page's order. */
enum kb_rc {
    KB_OK = 0,
    KB_MALFORMED = 1,
    KB_WRONG_HW = 2,
    KB_OTHER_RECORD = 3,
    KB_WRONG_OFFSET = 4,
    KB_MISMATCH = 5,
    KB_TOO_LARGE = 6,
    KB_STORAGE = 7,
    KB_LOCKED = 8,
    KB_NO_RECORD = 9,
    KB_SCHEMA = 10,
    KB_NOT_PERMITTED = 11,
    KB_UNSUPPORTED = 0x108 /* SMP's own rc 8: no such group, command or operation */
};

/* ---- kb_codec.c: with the four that stand in for string.h, because firmware may have no C library ---- */
void kb_copy(void *to, const void *from, size_t n); /* where they overlap, only downwards */
void kb_fill(void *at, int byte, size_t n);
bool kb_same(const void *a, const void *b, size_t n);
size_t kb_length(const char *text);
uint16_t kb_crc16(uint16_t crc, const void *bytes, size_t n);
int kb_base64_value(uint8_t c); /* 0 to 63, or -1 */
char kb_base64_char(unsigned value);
uint32_t kb_get_be(const uint8_t *from, size_t n);
void kb_put_be(uint8_t *to, uint32_t value, size_t n);
void kb_wipe(void *at, size_t n); /* not optimised away */

/* ---- kb_frame.c ---- */
void kb_send(const uint8_t *packet, size_t n);

/* ---- kb_smp.c: answers the n bytes in kb->packet; the length of the answer, or 0 for none ---- */
size_t kb_answer(struct kb *kb, size_t n);

/* ---- kb_group.c: a request of the group; on KB_OK the reply is in `out` ---- */
unsigned kb_group(struct kb *kb, unsigned command, uint8_t *payload, size_t n, struct kb_writer *out);

/* ---- kb_bank.c: the layout of one bank ---- */
struct kb_head { /* as it lies in flash; in the chip's own byte order, for nobody else reads it */
    uint32_t magic;
    uint32_t generation;
    uint32_t length; /* 0 marks an empty record: what erase commits */
    uint8_t tx[16];
    uint8_t dig[32];
    uint16_t crc; /* over all of the above; the marks repeat it */
    uint16_t zero;
};

enum kb_mark { KB_MARK_COMMIT = 0, KB_MARK_LOCK = 1 };

#define KB_STEP (KB_FLASH_UNIT > 8 ? KB_FLASH_UNIT : 8) /* room of a mark or journal entry */
#define KB_HEAD_SIZE ((uint32_t)sizeof(struct kb_head))
#define KB_MARK_TRIES 4
#define KB_JOURNAL_AT (KB_HEAD_SIZE + 2 * KB_MARK_TRIES * KB_STEP)
#define KB_JOURNAL_MAX 32
#define KB_DATA_AT (KB_JOURNAL_AT + KB_JOURNAL_MAX * KB_STEP)
#define KB_RECORD_MAX (KB_BANK_SIZE - KB_DATA_AT)

#define KB_PART 16 /* bytes read at a time */
/* The next bytes before `end` into part, and *at moved on; how many, 0 at the end. */
size_t kb_bank_part(struct kb_store *s, unsigned bank, uint32_t *at, uint32_t end, uint8_t part[KB_PART]);
void kb_bank_read(struct kb_store *s, unsigned bank, uint32_t at, void *to, size_t n);
bool kb_bank_write(struct kb_store *s, unsigned bank, uint32_t at, const void *from, size_t n);
bool kb_bank_blank(struct kb_store *s, unsigned bank, uint32_t from, uint32_t to);
bool kb_bank_clear(struct kb_store *s, unsigned bank); /* erased and seen to be */
bool kb_bank_head(struct kb_store *s, unsigned bank, struct kb_head *head);
bool kb_bank_put_head(struct kb_store *s, unsigned bank, struct kb_head *head); /* adds magic and crc */
bool kb_bank_marked(struct kb_store *s, unsigned bank, enum kb_mark kind, const struct kb_head *head);
bool kb_bank_mark(struct kb_store *s, unsigned bank, enum kb_mark kind, const struct kb_head *head);

/* ---- kb_store.c: the record, staged and committed ---- */
void kb_store_mount(struct kb_store *s);
unsigned kb_store_begin(struct kb_store *s, const uint8_t *tx, uint32_t length, const uint8_t *dig);
unsigned kb_store_put(struct kb_store *s, uint32_t off, const uint8_t *data, size_t n);
unsigned kb_store_commit(struct kb_store *s, uint8_t dig[32]);
unsigned kb_store_lock(struct kb_store *s);
unsigned kb_store_erase(struct kb_store *s);

/* ---- kb_stage.c: the bytes of a record on their way into a bank ---- */
bool kb_stage_resume(struct kb_store *s, unsigned bank);
bool kb_stage_same(struct kb_store *s, uint32_t off, const uint8_t *data, size_t n);
bool kb_stage_append(struct kb_store *s, const uint8_t *data, size_t n);
bool kb_store_digest(struct kb_store *s, unsigned bank, uint8_t dig[32]);

/* ---- kb_record.c: what the committed record says ---- */
unsigned kb_record_mac(struct kb *kb, const uint8_t dig[32], const uint8_t *nonce, size_t n, uint8_t mac[32]);
unsigned kb_record_public(struct kb *kb, struct kb_writer *out);

#endif
