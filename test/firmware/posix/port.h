/*
 * The port layer of keybench-unit, but for the flash (flash_model.c): clock, random numbers, the way out
 * to the line with its log noise, and reset.
 */
#ifndef PORT_H
#define PORT_H

#include "options.h"

void port_start(const struct options *o);

/* When the restart is due that the device end asked for, in kb_port_millis(); false: none was asked for. */
bool port_reset_due(uint32_t *at);
void port_reset_done(void);

/* From now on nothing is sent: power is about to fail. */
void port_mute(void);

/* A log line as firmware prints it, if there is noise at all. */
void port_log(const char *text);

/* The flash file: loads it, or makes a new chip; keeps it in step with each operation. Exits 1 if refused. */
void flash_file_open(const char *path);

#endif
