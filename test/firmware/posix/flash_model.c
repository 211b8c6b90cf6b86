/*
 * See flash_model.h. Nothing here knows what a record is.
 */
#include "flash_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flash_model flash;

void flash_new(void) {
    memset(&flash, 0, sizeof flash);
    memset(flash.bytes, KB_ERASED, sizeof flash.bytes);
    flash.random = 1;
}

static void must(bool rule, const char *what) {
    if (!rule) {
        fprintf(stderr, "flash: %s\n", what);
        abort();
    }
}

static uint8_t random_byte(void) {
    flash.random = flash.random * 1664525u + 1013904223u;
    return (uint8_t)(flash.random >> 24);
}

/* Changes n bytes to `to` (NULL: erased), or a part of them if power is cut right now. */
static void change(unsigned bank, uint32_t at, const uint8_t *to, size_t n) {
    uint8_t *cell = flash.bytes[bank] + at;
    bool cut = ++flash.operations == flash.cut_at;
    size_t from = 0, end = n;
    if (cut && flash.mode == CUT_BEFORE) {
        end = 0;
    } else if (cut && flash.mode == CUT_FIRST_HALF) {
        end = n / 2;
    } else if (cut && flash.mode == CUT_LAST_HALF) {
        from = n / 2;
    }
    for (size_t i = from; i < end; i++) {
        uint8_t mask = cut && flash.mode == CUT_BITS ? random_byte() : 0xFF;
        uint8_t target = to ? to[i] : KB_ERASED;
        cell[i] = (uint8_t)((cell[i] & ~mask) | (target & mask));
    }
    if (flash.changed) {
        flash.changed(bank, at, n);
    }
    if (cut) {
        flash.cut();
        abort();
    }
}

bool kb_port_flash_read(unsigned bank, uint32_t at, void *to, size_t n) {
    must(bank < 2 && at <= KB_BANK_SIZE && n <= KB_BANK_SIZE - at, "read outside of the banks");
    memcpy(to, flash.bytes[bank] + at, n);
    return !flash.fail_read;
}

bool kb_port_flash_write(unsigned bank, uint32_t at, const void *from, size_t n) {
    const uint8_t *bytes = from;
    must(bank < 2 && at <= KB_BANK_SIZE && n <= KB_BANK_SIZE - at, "write outside of the banks");
    must(at % KB_FLASH_UNIT == 0 && n % KB_FLASH_UNIT == 0, "write of a part of a unit");
    if (flash.fail_write) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        must(flash.bytes[bank][at + i] == KB_ERASED, "write to a unit that is not erased");
    }
    for (size_t i = 0; i < n; i += KB_FLASH_UNIT) {
        change(bank, at + (uint32_t)i, bytes + i, KB_FLASH_UNIT);
    }
    if (flash.wrong_write && n) {
        flash.bytes[bank][at] ^= 1;
        if (flash.changed) {
            flash.changed(bank, at, 1);
        }
    }
    return true;
}

bool kb_port_flash_erase(unsigned bank) {
    must(bank < 2, "erase outside of the banks");
    if (flash.fail_erase) {
        return false;
    }
    change(bank, 0, NULL, KB_BANK_SIZE);
    return true;
}
