/*
 * A flash of two banks in memory, with the manners of a real one: a unit may be written only once
 * between erases, and power can be cut at any write of a unit or erase of a bank, half-way through.
 *
 * The process, the tests and the fuzz target share it; it implements kb_port_flash_*. It must not be
 * kinder than hardware: what breaks its rules aborts.
 */
#ifndef FLASH_MODEL_H
#define FLASH_MODEL_H

#include "kb_port.h"

/* What a power cut leaves of the unit or bank that was being changed. */
enum flash_cut {
    CUT_BEFORE,     /* nothing of it was done */
    CUT_FIRST_HALF, /* the first half of the bytes */
    CUT_LAST_HALF,  /* the last half */
    CUT_BITS,       /* random bits of it */
    CUT_AFTER,      /* all of it */
    CUT_MODES
};

struct flash_model {
    uint8_t bytes[2][KB_BANK_SIZE];
    unsigned long operations;  /* units written and banks erased so far */
    unsigned long cut_at;      /* the operation at which power is cut; 0 = never */
    enum flash_cut mode;
    uint32_t random;           /* state of the bits of CUT_BITS */
    void (*cut)(void);         /* called at the cut; must not return */
    void (*changed)(unsigned bank, uint32_t at, size_t n); /* to keep a file in step, or to take time; may be NULL */
    bool fail_read, fail_write, fail_erase; /* a driver that does not work */
    bool wrong_write;          /* a cell that does not take its bits */
};

extern struct flash_model flash;

/* A new chip: erased, nothing counted, no fault. */
void flash_new(void);

#endif
