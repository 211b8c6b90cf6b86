/*
 * See port.h. The noise must damage only what passes here as a frame's line: it knows a marker, and
 * nothing else of the protocol.
 */
#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "line.h"

static const struct options *options;
static uint32_t noise_state;
static bool muted, reset_asked, flash_changed;
static uint32_t reset_at;

static void sleep_ms(unsigned long ms) {
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

uint32_t kb_port_millis(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)((uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u);
}

bool kb_port_random(void *to, size_t n) {
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read(fd, to, n) == (ssize_t)n;
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static uint32_t chance(uint32_t below) {
    noise_state = noise_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)noise_state * below >> 32);
}

static void out(const void *from, size_t n) {
    if (!muted) {
        line_write(from, n);
    }
}

void port_log(const char *text) {
    char line[96];
    if (options->noise >= 0) {
        int n = snprintf(line, sizeof line, "I (%lu) %s", (unsigned long)kb_port_millis() % 1000000, text);
        out(line, (size_t)n);
    }
}

/* Between frames a log line, sometimes without its end; inside one, with the probability asked for. */
static void noisy(const char *frame, size_t n) {
    static const char *const text[] = {"wifi: state: init -> auth (b0)\r\n", "app: heap 182340\r\n", "adc: 3301 mV ", "\r\n"};
    size_t at = 0;
    if (frame[0] == 0x06 || chance(4) == 0) {
        port_log(text[chance(4)]);
    }
    if (chance(1000000) < options->noise * 1000000) {
        at = 1 + chance((uint32_t)n - 1);
        out(frame, at);
        port_log("E: inside\r\n");
    }
    out(frame + at, n - at);
}

void kb_port_uart_out(const void *from, size_t n) {
    if (flash_changed && options->flash_delay && !muted) {
        sleep_ms(options->flash_delay);
    }
    flash_changed = false;
    if (options->noise >= 0 && n > 2) {
        noisy(from, n);
    } else {
        out(from, n);
    }
}

void kb_port_reset(void) {
    reset_asked = true;
    reset_at = kb_port_millis() + (uint32_t)options->reset_delay;
}

bool port_reset_due(uint32_t *at) {
    *at = reset_at;
    return reset_asked;
}

void port_reset_done(void) { reset_asked = false; }

void port_mute(void) { muted = true; }

void port_start(const struct options *o) {
    options = o;
    noise_state = (uint32_t)o->seed;
    if (!o->seed && !kb_port_random(&noise_state, sizeof noise_state)) {
        noise_state = (uint32_t)getpid();
    }
}

/* ---- the flash file ---- */
static int file = -1;

static void to_file(unsigned bank, uint32_t at, size_t n) {
    flash_changed = true;
    if (pwrite(file, flash.bytes[bank] + at, n, (off_t)bank * KB_BANK_SIZE + (off_t)at) != (ssize_t)n) {
        perror("keybench-unit: flash file");
        exit(1);
    }
}

void flash_file_open(const char *path) {
    flash_new();
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* it holds the credential, as the chip's flash would */
    if (file < 0) {
        perror(path);
        exit(1);
    }
    ssize_t n = read(file, flash.bytes, sizeof flash.bytes);
    if (n == 0) {
        for (unsigned bank = 0; bank < 2; bank++) {
            to_file(bank, 0, KB_BANK_SIZE);
        }
    } else if (n != (ssize_t)sizeof flash.bytes || lseek(file, 0, SEEK_END) != n) {
        fprintf(stderr, "%s: not a flash file of two banks of %d bytes\n", path, KB_BANK_SIZE);
        exit(1);
    }
    flash_changed = false;
    flash.changed = to_file;
}
