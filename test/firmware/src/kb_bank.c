/*
 * One bank of flash: how a record lies in it.
 *
 *   0         header, 64 bytes: "KBR1", generation, length, tx, digest, CRC16; written by begin, whole
 *   64        commit marks, four tries    a mark repeats the header's CRC, so that it cannot be taken
 *   ..        lock marks, four tries      for the mark of another record
 *   ..        journal of the stage: offset reached and CRC16 so far, one entry per put
 *   DATA_AT   the record
 *
 * No unit is ever written twice between two erases, because flash with ECC forbids it. A mark or entry
 * that a power cut tore is left behind, and the next try goes into the next place. This file must not
 * decide what a bank means: that is kb_store.c.
 */
#include "kb_internal.h"

#define MARK_SIZE 8

#define MAGIC 0x4B425231u /* "KBR1" */

/* The layout must hold in the units of the flash, and leave room for a record. */
typedef char kb_check_head[sizeof(struct kb_head) == 64 ? 1 : -1];
typedef char kb_check_unit[64 % KB_FLASH_UNIT == 0 ? 1 : -1];
typedef char kb_check_bank[KB_BANK_SIZE % KB_FLASH_UNIT == 0 && KB_BANK_SIZE > KB_DATA_AT + 255 ? 1 : -1];
typedef char kb_check_packet[KB_PACKET_MAX >= 320 && KB_PACKET_MAX <= 2048 ? 1 : -1];

/* After a failure `to` is zeros, and s->failed tells whoever is about to act upon them. */
void kb_bank_read(struct kb_store *s, unsigned bank, uint32_t at, void *to, size_t n) {
    if (s->failed || !kb_port_flash_read(bank, at, to, n)) {
        s->failed = true;
        kb_fill(to, 0, n);
    }
}

size_t kb_bank_part(struct kb_store *s, unsigned bank, uint32_t *at, uint32_t end, uint8_t part[KB_PART]) {
    size_t n = end - *at < KB_PART ? end - *at : KB_PART;
    kb_bank_read(s, bank, *at, part, n);
    *at += (uint32_t)n;
    return n;
}

/* Written, and seen to be. */
bool kb_bank_write(struct kb_store *s, unsigned bank, uint32_t at, const void *from, size_t n) {
    const uint8_t *p = from;
    uint8_t seen[KB_PART];
    uint32_t end = at + (uint32_t)n;
    bool ok = kb_port_flash_write(bank, at, from, n);
    while (ok && (n = kb_bank_part(s, bank, &at, end, seen)) > 0) {
        ok = !s->failed && kb_same(seen, p, n);
        p += n;
    }
    return ok;
}

bool kb_bank_blank(struct kb_store *s, unsigned bank, uint32_t from, uint32_t to) {
    uint8_t seen[KB_PART];
    size_t n;
    while ((n = kb_bank_part(s, bank, &from, to, seen)) > 0) {
        while (n--) {
            if (seen[n] != KB_ERASED) {
                return false;
            }
        }
    }
    return !s->failed;
}

bool kb_bank_clear(struct kb_store *s, unsigned bank) {
    if (kb_bank_blank(s, bank, 0, KB_BANK_SIZE)) {
        return true;
    }
    return !s->failed && kb_port_flash_erase(bank) && kb_bank_blank(s, bank, 0, KB_BANK_SIZE);
}

static uint16_t head_crc(const struct kb_head *head) { return kb_crc16(0, head, offsetof(struct kb_head, crc)); }

bool kb_bank_head(struct kb_store *s, unsigned bank, struct kb_head *head) {
    kb_bank_read(s, bank, 0, head, sizeof *head);
    return head->magic == MAGIC && head->crc == head_crc(head) && head->length <= KB_RECORD_MAX;
}

bool kb_bank_put_head(struct kb_store *s, unsigned bank, struct kb_head *head) {
    head->magic = MAGIC;
    head->crc = head_crc(head);
    head->zero = 0;
    return kb_bank_write(s, bank, 0, head, sizeof *head);
}

static void mark_bytes(uint8_t mark[KB_STEP], enum kb_mark kind, const struct kb_head *head) {
    kb_fill(mark, KB_ERASED, KB_STEP);
    kb_put_be(mark, head->crc, 2);
    kb_put_be(mark + 2, (uint32_t)~head->crc, 2);
    kb_put_be(mark + 4, kind == KB_MARK_LOCK ? 0x5A1EC0DEu : 0xC0117EDEu, 4);
}

static uint32_t mark_at(enum kb_mark kind, unsigned try) {
    return KB_HEAD_SIZE + ((uint32_t)kind * KB_MARK_TRIES + try) * KB_STEP;
}

bool kb_bank_marked(struct kb_store *s, unsigned bank, enum kb_mark kind, const struct kb_head *head) {
    uint8_t mark[KB_STEP], seen[MARK_SIZE];
    mark_bytes(mark, kind, head);
    for (unsigned try = 0; try < KB_MARK_TRIES; try++) {
        kb_bank_read(s, bank, mark_at(kind, try), seen, sizeof seen);
        if (kb_same(seen, mark, sizeof seen)) {
            return true;
        }
    }
    return false;
}

bool kb_bank_mark(struct kb_store *s, unsigned bank, enum kb_mark kind, const struct kb_head *head) {
    uint8_t mark[KB_STEP];
    mark_bytes(mark, kind, head);
    for (unsigned try = 0; try < KB_MARK_TRIES; try++) {
        uint32_t at = mark_at(kind, try);
        if (kb_bank_blank(s, bank, at, at + KB_STEP)) {
            return kb_bank_write(s, bank, at, mark, sizeof mark);
        }
    }
    return false;
}
