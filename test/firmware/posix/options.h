/*
 * What keybench-unit was asked for on its command line. Read once, then never changed.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "keybench.h"
#include "flash_model.h"

/* What of the flash can be broken, in the order of the names that --fail takes. */
enum failing { FAIL_READ = 1, FAIL_WRITE = 2, FAIL_ERASE = 4, FAIL_BITS = 8 };

struct options {
    struct kb_config unit;       /* --hw --model --fw --chunk --caps */
    const char *link;            /* --link: becomes a symbolic link to the pseudo-terminal */
    const char *flash;           /* --flash: the file that holds the two banks */
    unsigned long reset_delay;   /* --reset-delay: ms from the answer of OS reset to the restart */
    unsigned long boot_delay;    /* --boot-delay: ms that a restart takes */
    bool vanish;                 /* --vanish: the port goes away in a restart and comes back as another */
    double noise;                /* --noise: probability of a log line inside a frame's line; below 0: no logs */
    unsigned long seed;          /* --seed: of the noise */
    unsigned long flash_delay;   /* --flash-delay: ms more for an answer whose request changed the flash */
    unsigned long power_cut;     /* --power-cut: the flash operation at which power fails; 0 = never */
    enum flash_cut cut_mode;     /* and what is left of that operation */
    unsigned fail;               /* --fail: bits of enum failing, what of the flash does not work */
    unsigned long die_at_byte;   /* --die-at-byte: the received byte with which power fails; 0 = never */
};

/* Fills `o`, or prints what is wrong and exits 2. */
void options_read(struct options *o, int argc, char **argv);

#endif
