/*
 * The serial line of keybench-unit: a raw pseudo-terminal whose slave is found under a symbolic link.
 *
 * The process keeps the slave open itself, so that a station may close and re-open it as often as it
 * likes. It must not interpret what passes: frames and log text are only bytes here.
 */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Opens a new pseudo-terminal and points `link` at it, in one step. Exits 1 if the system refuses. */
void line_open(const char *link);

/* The port is gone: whoever has it open sees a hang-up; the link is removed if it is still ours. */
void line_close(void);

int line_fd(void);           /* to poll */
const char *line_name(void); /* of the slave */

/* Sends; what nobody takes within 100 ms is lost, as on a UART without a listener. */
void line_write(const void *from, size_t n);

/* Throws away what has been received and not been read. */
void line_discard(void);

#endif
