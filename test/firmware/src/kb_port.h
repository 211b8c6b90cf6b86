/*
 * The port layer: everything that the device end needs from a board, and the figures that a board sets.
 *
 * A port implements these functions once, in its own file. It must not keep a copy of what passes
 * through them: the bytes of the record are a secret.
 */
#ifndef KB_PORT_H
#define KB_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The longest SMP packet that is taken. 2,048 is the protocol's own limit; 320 is the least that holds hello. */
#ifndef KB_PACKET_MAX
#define KB_PACKET_MAX 2048
#endif

/* Bytes of one bank: whole erase pages. Two banks are used. */
#ifndef KB_BANK_SIZE
#define KB_BANK_SIZE 4096
#endif

/* Bytes that the flash programs at once and only once per erase: 1, 2, 4, 8, 16, 32 or 64. */
#ifndef KB_FLASH_UNIT
#define KB_FLASH_UNIT 8
#endif

/* What an erased byte reads as (0x00 on some EEPROM-like parts). */
#ifndef KB_ERASED
#define KB_ERASED 0xFF
#endif

/*
 * Flash. `at` counts from the start of bank 0 or 1. Each answers true when done. A read of a torn word
 * (power was cut while it was written) is not a failure: give any bytes that are not all erased. False
 * means that the driver cannot work; the device end then answers rc 7 and mounts again at the next request.
 */
bool kb_port_flash_read(unsigned bank, uint32_t at, void *to, size_t n);

/* `at` and `n` are multiples of KB_FLASH_UNIT; the units are erased; on true the bytes will survive power loss. */
bool kb_port_flash_write(unsigned bank, uint32_t at, const void *from, size_t n);

/* Erases one whole bank and nothing else. */
bool kb_port_flash_erase(unsigned bank);

/* Random bytes that differ after each start, from a hardware source. They need not be secret. */
bool kb_port_random(void *to, size_t n);

/* Sends all bytes, in order; may block. With nobody listening it may drop them, but must come back. */
void kb_port_uart_out(const void *from, size_t n);

/* Milliseconds since some moment; wraps round at 32 bits. */
uint32_t kb_port_millis(void);

/* Restarts the chip within a second, after the UART has sent what it holds. May return. */
void kb_port_reset(void);

#ifdef __cplusplus
}
#endif

#endif
