/*
 * keybench-unit: the device end of src/ as a process, for tests of a station and for a look at the
 * protocol without a board. A restart of the firmware is a new kb_init over the same flash file.
 *
 * It must add no behaviour of its own to the protocol: faults are made on the line, in the flash and
 * with the power, never in an answer.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "line.h"
#include "port.h"

static struct kb unit;
static struct options options;
static volatile sig_atomic_t stop;

static void on_signal(int number) {
    (void)number;
    stop = 1;
}

/* As a chip without power: at once, and the port is gone with it. */
static void power_fails(void) {
    line_close();
    _exit(3);
}

static void open_line(void) {
    line_open(options.link);
    printf("%s %s\n", options.unit.hw, line_name());
    fflush(stdout);
}

static void boot(void) {
    if (!kb_init(&unit, &options.unit)) {
        fprintf(stderr, "keybench-unit: no random numbers\n");
        line_close();
        exit(1);
    }
    printf("boot\n");
    fflush(stdout);
    port_log("boot: firmware started\r\n");
}

static void restart(void) {
    struct timespec t = {(time_t)(options.boot_delay / 1000), (long)(options.boot_delay % 1000) * 1000000};
    port_reset_done();
    if (options.vanish) {
        line_close();
    }
    nanosleep(&t, NULL); /* a signal ends it early, which is as good */
    if (options.vanish) {
        open_line();
    } else {
        line_discard();
    }
    boot();
}

/* A parent's open files are none of ours: its pseudo-terminals would not hang up while we have them open too. */
static void close_inherited(void) {
    for (int fd = 3; fd < 1024; fd++) {
        close(fd);
    }
}

static void receive(const uint8_t *bytes, size_t n) {
    static unsigned long received;
    if (options.die_at_byte && n >= options.die_at_byte - received) {
        n = options.die_at_byte - received;
        kb_input(&unit, bytes, n - 1);
        port_mute(); /* what this byte completes is done, and its answer is lost */
        kb_input(&unit, bytes + n - 1, 1);
        power_fails();
    }
    received += n;
    kb_input(&unit, bytes, n);
}

int main(int argc, char **argv) {
    struct sigaction action = {0};
    close_inherited();
    options_read(&options, argc, argv);
    action.sa_handler = on_signal;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);

    port_start(&options);
    flash_file_open(options.flash);
    flash.cut_at = options.power_cut;
    flash.mode = options.cut_mode;
    flash.random = (uint32_t)options.power_cut;
    flash.cut = power_fails;
    flash.fail_read = options.fail & FAIL_READ;
    flash.fail_write = options.fail & FAIL_WRITE;
    flash.fail_erase = options.fail & FAIL_ERASE;
    flash.wrong_write = options.fail & FAIL_BITS;
    open_line();
    boot();

    while (!stop) {
        uint8_t bytes[256];
        uint32_t due, now = kb_port_millis();
        bool reset = port_reset_due(&due);
        if (reset && (int32_t)(due - now) <= 0) {
            restart();
            continue;
        }
        struct pollfd wait = {line_fd(), POLLIN, 0};
        if (poll(&wait, 1, reset ? (int)(due - now) : -1) > 0) {
            ssize_t n = read(line_fd(), bytes, sizeof bytes);
            if (n > 0) {
                receive(bytes, (size_t)n);
            } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
                fprintf(stderr, "keybench-unit: the pseudo-terminal failed\n");
                line_close();
                return 1;
            }
        }
    }
    line_close();
    printf("operations %lu\n", flash.operations);
    return 0;
}
