/*
 * The record in two banks (the two slots of an atomic commit), and the five things that change it.
 *
 * The committed bank with the newest generation holds the truth, and it is never written to, except
 * for a lock mark. A record is staged in the other bank and becomes the truth with one mark. Erase is the
 * commit of an empty record in the other bank. So whenever power is cut, a mount finds the old
 * truth or the new one; what belongs to neither is erased then.
 *
 * What is known here in RAM is what the last mount read. Nothing may be answered as done before it has
 * been read back.
 */
#include "kb_internal.h"

void kb_store_mount(struct kb_store *s) {
    struct kb_head head;
    kb_fill(s, 0, sizeof *s);
    s->newest = s->record = s->stage = KB_NO_BANK;
    for (unsigned bank = 0; bank < 2; bank++) {
        if (!kb_bank_head(s, bank, &head) || !kb_bank_marked(s, bank, KB_MARK_COMMIT, &head)) {
            continue;
        }
        /* Compared as a distance, so that the number may wrap. */
        if (s->newest == KB_NO_BANK || (int32_t)(head.generation - s->generation) > 0) {
            s->newest = (uint8_t)bank;
            s->generation = head.generation;
            s->length = head.length;
            s->record = s->length ? (uint8_t)bank : KB_NO_BANK;
            s->locked = s->length && kb_bank_marked(s, bank, KB_MARK_LOCK, &head);
        }
    }
    for (unsigned bank = 0; bank < 2 && !s->failed; bank++) {
        if (bank == s->newest || (s->record == KB_NO_BANK && s->stage == KB_NO_BANK && kb_stage_resume(s, bank))) {
            continue;
        }
        /* An old record, or half of something. A failure to erase it shows at the next begin. */
        if (!s->failed) {
            (void)kb_bank_clear(s, bank);
        }
    }
}

/* The bank that may be written: never the one that holds the truth. */
static unsigned spare(const struct kb_store *s) { return s->newest == 0 ? 1 : 0; }

static void drop_stage(struct kb_store *s) {
    s->stage = KB_NO_BANK;
    s->length = 0;
    s->reached = 0;
    s->crc = 0;
    s->journal = 0;
    kb_wipe(s->tail, sizeof s->tail);
}

unsigned kb_store_begin(struct kb_store *s, const uint8_t *tx, uint32_t length, const uint8_t *dig) {
    struct kb_head head;
    unsigned bank = spare(s);
    if (length > KB_RECORD_MAX) {
        return KB_TOO_LARGE;
    }
    drop_stage(s);
    head.generation = s->generation + 1;
    head.length = length;
    kb_copy(head.tx, tx, sizeof head.tx);
    kb_copy(head.dig, dig, sizeof head.dig);
    if (!kb_bank_clear(s, bank) || !kb_bank_put_head(s, bank, &head)) {
        return KB_STORAGE;
    }
    s->length = length;
    s->stage = (uint8_t)bank;
    return KB_OK;
}

/* To the record that is staged, or, as a repeat, to the committed one. */
unsigned kb_store_put(struct kb_store *s, uint32_t off, const uint8_t *data, size_t n) {
    uint32_t reached = s->stage == KB_NO_BANK ? s->length : s->reached;
    if (off > reached) {
        return KB_WRONG_OFFSET;
    }
    if (n > s->length - off) {
        return KB_TOO_LARGE;
    }
    /* What was taken before must be the same; after a reset a repeat may also reach beyond it. */
    size_t again = n < reached - off ? n : reached - off;
    if (!kb_stage_same(s, off, data, again)) {
        return KB_WRONG_OFFSET;
    }
    if (n > again && !kb_stage_append(s, data + again, n - again)) {
        drop_stage(s);
        return KB_STORAGE;
    }
    return KB_OK;
}

unsigned kb_store_commit(struct kb_store *s, uint8_t dig[32]) {
    struct kb_head head;
    unsigned bank = s->record;
    if (bank == KB_NO_BANK) {
        bank = s->stage;
        if (!kb_bank_head(s, bank, &head) || !kb_store_digest(s, bank, dig)) {
            return KB_STORAGE;
        }
        if (s->reached != s->length || !kb_same(dig, head.dig, sizeof head.dig)) {
            drop_stage(s);
            return kb_bank_clear(s, bank) ? KB_MISMATCH : KB_STORAGE;
        }
        if (!kb_bank_mark(s, bank, KB_MARK_COMMIT, &head)) {
            return KB_STORAGE;
        }
        kb_store_mount(s); /* from here on only what the flash says counts */
    }
    if (s->record != bank || !kb_store_digest(s, bank, dig)) {
        return KB_STORAGE;
    }
    return KB_OK;
}

unsigned kb_store_lock(struct kb_store *s) {
    struct kb_head head;
    if (!s->locked) {
        if (!kb_bank_head(s, s->record, &head) || !kb_bank_mark(s, s->record, KB_MARK_LOCK, &head)) {
            return KB_STORAGE;
        }
        kb_store_mount(s);
    }
    return s->locked ? KB_OK : KB_STORAGE;
}

unsigned kb_store_erase(struct kb_store *s) {
    struct kb_head head;
    if (s->record != KB_NO_BANK) {
        static const uint8_t none[32];
        unsigned bank = spare(s);
        if (kb_store_begin(s, none, 0, none) != KB_OK || !kb_bank_head(s, bank, &head) ||
            !kb_bank_mark(s, bank, KB_MARK_COMMIT, &head)) {
            return KB_STORAGE;
        }
        kb_store_mount(s); /* which erases the bank of the old record */
    }
    drop_stage(s);
    return s->record == KB_NO_BANK && kb_bank_clear(s, spare(s)) ? KB_OK : KB_STORAGE;
}
