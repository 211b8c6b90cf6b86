/*
 * Keybench device end: the one header that a firmware's own code includes.
 *
 * Three steps: describe the unit in a kb_config, call kb_init once after each start, and give every
 * byte that the UART received to kb_input from the main loop. The rest (answers, flash, reset) goes
 * through the port layer of kb_port.h.
 *
 * It must not be called from an interrupt, nor from two threads: a commit hashes and erases flash
 * within kb_input, and the state has no lock.
 */
#ifndef KEYBENCH_H
#define KEYBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kb_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the unit offers, as bits of kb_config.caps. A command that is not offered answers rc 11. */
#define KB_CAP_PROVE 1u
#define KB_CAP_LOCK 2u
#define KB_CAP_ERASE 4u

/* The most bytes of record that one put can carry in a packet of KB_PACKET_MAX. */
#define KB_CHUNK_MAX (KB_PACKET_MAX - 64)

/* Who this unit is. It must outlive the kb that points at it. */
struct kb_config {
    const char *hw;    /* 1 to 32 of [A-Za-z0-9_-], the same for the life of the unit */
    const char *model; /* shown to the operator */
    const char *fw;    /* firmware version and build, shown to the operator */
    uint16_t chunk;    /* bytes of data per put; 0 = 256; cut to KB_CHUNK_MAX */
    uint8_t caps;      /* KB_CAP_… */
};

/* What kb_store.c knows about the two banks. Derived from the flash at each mount, never trusted across a reset. */
struct kb_store {
    uint32_t generation; /* of the newest committed bank */
    uint32_t length;     /* of the committed record, or declared for the staged one */
    uint32_t reached;    /* bytes of the staged record taken so far, tail included */
    uint16_t crc;        /* over the staged bytes that are in flash */
    uint8_t journal;     /* journal entries used in the staged bank */
    uint8_t newest;      /* bank committed last, be it empty; KB_NO_BANK if none */
    uint8_t record;      /* bank that holds the committed record, or KB_NO_BANK */
    uint8_t stage;       /* bank that holds the staged record, or KB_NO_BANK */
    bool locked;
    bool failed;         /* a flash read failed: nothing that was read may be acted upon */
    uint8_t tail[KB_FLASH_UNIT]; /* staged bytes that do not fill a write unit yet */
};

/* The receiver of kb_frame.c. */
struct kb_frame {
    uint32_t heard;    /* kb_port_millis() at the last byte */
    uint32_t quad;     /* base64 characters of the open quad */
    uint16_t filled;   /* bytes of the frame taken: length, packet, CRC */
    uint16_t expected; /* packet + CRC as the length field says */
    uint8_t chars;     /* base64 characters in this line */
    uint8_t pad;       /* '=' seen in this line */
    uint8_t last;      /* the byte before, outside a piece */
    bool open;         /* a packet has begun */
    bool piece;        /* inside the base64 of a line */
    bool cr;           /* a '\r' that only '\n' may follow */
};

/* All the memory of the device end. Static, one per unit; every member is private. */
struct kb {
    const struct kb_config *config;
    struct kb_store store;
    struct kb_frame frame;
    uint8_t boot[8];
    bool reset;                       /* asked for: carried out once the answer is out */
    uint8_t packet[KB_PACKET_MAX + 2]; /* the receive buffer; the answer is built in it too */
};

/* Call once after each start, when the port works. False: no random numbers; the unit must not go on. */
bool kb_init(struct kb *kb, const struct kb_config *config);

/* Takes received bytes, log noise and all, and answers what is complete. */
void kb_input(struct kb *kb, const uint8_t *bytes, size_t n);

#ifdef __cplusplus
}
#endif

#endif
