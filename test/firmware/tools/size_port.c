/*
 * The smallest port that links: `make size` measures the device end with it, so that what the C library
 * adds (memcpy and its like) is counted too. It must not be copied to a board: it does nothing.
 *
 * The addresses are volatile so that no call into the port can be folded away.
 */
#include "keybench.h"

static volatile uint8_t *volatile flash;
static volatile uint32_t *volatile uart;

struct kb kb_unit;

bool kb_port_flash_read(unsigned bank, uint32_t at, void *to, size_t n) {
    uint8_t *p = to;
    while (n--) {
        *p++ = flash[bank * KB_BANK_SIZE + at++];
    }
    return true;
}

bool kb_port_flash_write(unsigned bank, uint32_t at, const void *from, size_t n) {
    const uint8_t *p = from;
    while (n--) {
        flash[bank * KB_BANK_SIZE + at++] = *p++;
    }
    return true;
}

bool kb_port_flash_erase(unsigned bank) {
    flash[bank * KB_BANK_SIZE] = KB_ERASED;
    return true;
}

bool kb_port_random(void *to, size_t n) {
    uint8_t *p = to;
    while (n--) {
        *p++ = (uint8_t)*uart;
    }
    return true;
}

void kb_port_uart_out(const void *from, size_t n) {
    const uint8_t *p = from;
    while (n--) {
        *uart = *p++;
    }
}

uint32_t kb_port_millis(void) { return *uart; }

void kb_port_reset(void) { *uart = 0; }

int main(void) {
    static const struct kb_config config = {"AA00000001", "size", "1.0", 0, KB_CAP_PROVE | KB_CAP_LOCK | KB_CAP_ERASE};
    uint8_t byte;
    (void)kb_init(&kb_unit, &config);
    for (;;) {
        byte = (uint8_t)*uart;
        kb_input(&kb_unit, &byte, 1);
    }
}
