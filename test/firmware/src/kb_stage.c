/*
 * The stage: the bytes of a record on their way into a bank, kept so that a reset in between loses
 * nothing that was answered.
 *
 * After each put the journal says how far the flash holds the record, with a CRC over it. At a mount
 * the stage goes on from there, unless a power cut left units behind it that are no longer erased: those
 * cannot be written again, so such a stage is given up. Nothing here may touch a committed bank.
 */
#include "kb_internal.h"

struct entry {
    uint32_t reached;
    uint16_t data_crc;
    uint16_t crc; /* over the above */
};

static uint16_t entry_crc(const struct entry *e) { return kb_crc16(0, e, offsetof(struct entry, crc)); }

/* Up to the unit that holds the last of n bytes, whole. */
static uint32_t in_units(uint32_t n) { return (n + KB_FLASH_UNIT - 1) / KB_FLASH_UNIT * KB_FLASH_UNIT; }

/* What the tail holds is lost in a reset, so it does not count. */
static uint32_t in_flash(const struct kb_store *s) {
    return s->reached == s->length ? s->length : s->reached / KB_FLASH_UNIT * KB_FLASH_UNIT;
}

static uint32_t entry_at(unsigned entry) { return KB_JOURNAL_AT + entry * KB_STEP; }

static uint16_t crc_of(struct kb_store *s, unsigned bank, uint32_t n) {
    uint8_t part[KB_PART];
    uint32_t at = KB_DATA_AT;
    uint16_t crc = 0;
    size_t size;
    while ((size = kb_bank_part(s, bank, &at, KB_DATA_AT + n, part)) > 0) {
        crc = kb_crc16(crc, part, size);
    }
    return crc;
}

bool kb_store_digest(struct kb_store *s, unsigned bank, uint8_t dig[32]) {
    uint8_t part[KB_PART];
    uint32_t at = KB_DATA_AT;
    struct kb_sha256 c;
    size_t size;
    kb_sha256_init(&c);
    while ((size = kb_bank_part(s, bank, &at, KB_DATA_AT + s->length, part)) > 0) {
        kb_sha256_update(&c, part, size);
    }
    kb_sha256_final(&c, dig);
    kb_wipe(part, sizeof part);
    return !s->failed;
}

bool kb_stage_resume(struct kb_store *s, unsigned bank) {
    struct kb_head head;
    struct entry entry;
    if (!kb_bank_head(s, bank, &head) || kb_bank_marked(s, bank, KB_MARK_COMMIT, &head)) {
        return false;
    }
    s->length = head.length;
    s->reached = 0;
    s->crc = 0;
    for (s->journal = 0; s->journal < KB_JOURNAL_MAX; s->journal++) {
        uint32_t at = entry_at(s->journal);
        if (kb_bank_blank(s, bank, at, at + KB_STEP)) {
            break;
        }
        kb_bank_read(s, bank, at, &entry, sizeof entry);
        if (entry.crc != entry_crc(&entry)) {
            return false;
        }
        s->reached = entry.reached;
        s->crc = entry.data_crc;
    }
    if (!s->length || s->reached > s->length || crc_of(s, bank, s->reached) != s->crc ||
        !kb_bank_blank(s, bank, KB_DATA_AT + in_units(s->reached), KB_BANK_SIZE)) {
        return false;
    }
    s->stage = (uint8_t)bank;
    return true;
}

/* Whether these bytes, all below the offset reached, are those that were taken: from flash, or from the tail. */
bool kb_stage_same(struct kb_store *s, uint32_t off, const uint8_t *data, size_t n) {
    bool staged = s->stage != KB_NO_BANK;
    uint32_t flushed = staged ? in_flash(s) : s->length;
    while (n--) {
        uint8_t byte;
        if (off < flushed) {
            kb_bank_read(s, staged ? s->stage : s->record, KB_DATA_AT + off, &byte, 1);
        } else {
            byte = s->tail[off % KB_FLASH_UNIT];
        }
        if (byte != *data++) {
            return false;
        }
        off++;
    }
    return true;
}

static bool write_entry(struct kb_store *s) {
    struct entry entry = {in_flash(s), s->crc, 0};
    uint8_t raw[KB_STEP];
    if (s->journal == KB_JOURNAL_MAX) {
        return true; /* very small puts: the stage works on, but a reset will drop it */
    }
    entry.crc = entry_crc(&entry);
    kb_fill(raw, KB_ERASED, sizeof raw);
    kb_copy(raw, &entry, sizeof entry);
    return kb_bank_write(s, s->stage, entry_at(s->journal++), raw, sizeof raw);
}

/* False: the bank holds units that are neither erased nor right, and the stage is lost. */
bool kb_stage_append(struct kb_store *s, const uint8_t *data, size_t n) {
    bool flushed = false;
    while (n--) {
        s->tail[s->reached++ % KB_FLASH_UNIT] = *data++;
        size_t filled = s->reached % KB_FLASH_UNIT;
        if (filled && s->reached < s->length) {
            continue;
        }
        if (filled == 0) {
            filled = KB_FLASH_UNIT;
        }
        kb_fill(s->tail + filled, KB_ERASED, KB_FLASH_UNIT - filled);
        if (!kb_bank_write(s, s->stage, KB_DATA_AT + in_units(s->reached) - KB_FLASH_UNIT, s->tail, sizeof s->tail)) {
            return false;
        }
        s->crc = kb_crc16(s->crc, s->tail, filled);
        kb_wipe(s->tail, sizeof s->tail);
        flushed = true;
    }
    return !flushed || write_entry(s);
}
