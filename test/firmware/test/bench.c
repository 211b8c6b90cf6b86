/*
 * The unit under test and the rest of its port: a clock, a line that is recorded, random numbers
 * that differ, and a power switch. See test.h. It must not speak the protocol: that is client.c.
 */
#include <setjmp.h>

#include "test.h"

unsigned test_checks, test_failures, test_count;
const char *test_name = "";

struct kb unit;
struct kb_config unit_config;
uint32_t clock_ms;
char line_out[16384];
size_t line_out_n;
unsigned resets;

static uint32_t random_state = 7;
static jmp_buf power_cut;

bool kb_port_random(void *to, size_t n) {
    uint8_t *p = to;
    while (n--) {
        random_state = random_state * 1103515245u + 12345u;
        *p++ = (uint8_t)(random_state >> 16);
    }
    return true;
}

void kb_port_uart_out(const void *from, size_t n) {
    if (n <= sizeof line_out - line_out_n) {
        memcpy(line_out + line_out_n, from, n);
        line_out_n += n;
    }
}

uint32_t kb_port_millis(void) { return clock_ms; }

void kb_port_reset(void) { resets++; }

void bench_power(void) {
    line_out_n = 0;
    memset(&unit, 0xA5, sizeof unit); /* nothing in RAM outlives the power */
    CHECK(kb_init(&unit, &unit_config));
}

void bench_new(void) {
    static const struct kb_config config = {HW, "bench", "1.2.3", 192, ALL_CAPS};
    unit_config = config;
    resets = 0;
    flash_new();
    bench_power();
}

static void cut(void) { longjmp(power_cut, 1); }

bool bench_cut(unsigned long at, enum flash_cut mode, void (*work)(void)) {
    volatile bool happened = false; /* it must survive the longjmp */
    flash.cut_at = flash.operations + at;
    flash.mode = mode;
    flash.cut = cut;
    if (setjmp(power_cut) == 0) {
        work();
    } else {
        happened = true;
        flash.cut_at = 0;
        bench_power();
    }
    flash.cut_at = 0;
    return happened;
}
