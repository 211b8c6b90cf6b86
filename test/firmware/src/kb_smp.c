/*
 * SMP itself: the header, whom a request is for, the form of an answer and of an error; and OS reset.
 *
 * It must not answer an answer: on a line that echoes, two such ends would talk for ever.
 */
#include "kb_internal.h"

#define HEADER 8
#define OP_READ 0u
#define OP_WRITE 2u
#define VERSION_BITS 0x08u /* SMP v2 in byte 0 */
#define GROUP_OS 0u
#define OS_RESET 5u
#define SMP_INVALID 3u /* SMP's own "invalid argument" */
#define SMP_NOT_SUPPORTED 8u

/* Which of the group's commands are writes: begin, put, commit, lock, erase. */
#define WRITES (1u << 1 | 1u << 2 | 1u << 3 | 1u << 6 | 1u << 7)
#define COMMANDS 8u

static bool whole_map(uint8_t *payload, size_t n) {
    struct kb_reader r = {payload, NULL, 0, (uint32_t)n, 0, false, 0};
    return kb_peek(&r) == KB_MAP && kb_skip(&r) && r.at == r.end;
}

static void write_error(struct kb_writer *w, unsigned rc, bool ours) {
    w->n = 0;
    w->full = false;
    kb_write_head(w, KB_MAP, 1);
    if (ours) {
        kb_write_text(w, "err");
        kb_write_head(w, KB_MAP, 2);
    }
    kb_pair_uint(w, "rc", rc);
    if (ours) {
        kb_pair_uint(w, "group", KB_GROUP);
    }
}

size_t kb_answer(struct kb *kb, size_t n) {
    uint8_t *p = kb->packet;
    unsigned op = p[0] & 7u, group = kb_get_be(p + 4, 2), command = p[7];
    struct kb_writer out = {p + HEADER, 0, KB_PACKET_MAX - HEADER, false};
    n -= HEADER;
    if ((op != OP_READ && op != OP_WRITE) || kb_get_be(p + 2, 2) != n) {
        return 0;
    }
    if ((p[0] & ~7u) != VERSION_BITS) {
        write_error(&out, SMP_NOT_SUPPORTED, false);
    } else if (group == GROUP_OS && command == OS_RESET && op == OP_WRITE) {
        if (whole_map(out.to, n)) {
            kb->reset = true;
            kb_write_head(&out, KB_MAP, 0);
        } else {
            write_error(&out, SMP_INVALID, false);
        }
    } else if (group == KB_GROUP && command < COMMANDS && op == (WRITES >> command & 1u ? OP_WRITE : OP_READ)) {
        unsigned rc = kb_group(kb, command, out.to, n, &out);
        if (rc == KB_OK && out.full) {
            rc = KB_TOO_LARGE;
        }
        if (rc != KB_OK) {
            write_error(&out, rc, true);
        }
    } else {
        write_error(&out, SMP_NOT_SUPPORTED, false);
    }
    /* Group, sequence and command stay as they came. */
    p[0] = (uint8_t)(VERSION_BITS | (op + 1));
    p[1] = 0;
    kb_put_be(p + 2, (uint32_t)out.n, 2);
    return HEADER + out.n;
}

bool kb_init(struct kb *kb, const struct kb_config *config) {
    kb_fill(kb, 0, sizeof *kb);
    kb->config = config;
    kb->frame.heard = kb_port_millis();
    kb_store_mount(&kb->store);
    return kb_port_random(kb->boot, sizeof kb->boot);
}
