/*
 * rc 7: a flash driver that fails, and cells that do not take their bits. And the corners of the two
 * banks: many records one after another, a generation that wraps, a journal that is full.
 *
 * Power cuts are test_power.c's.
 */
#include "test.h"

static struct record first, second;

static void fresh(void) {
    bench_new();
    record_of(&first, "c1", "key", "the secret of the first record", 20);
    record_of(&second, "c2", "key", "another secret", 100);
}

static bool fails(struct reply r) { return r.came && r.ours && r.rc == 7; }

static void read_fails(void) {
    static const uint8_t nonce[16];
    fresh();
    CHECK(say_all(&first, 192));
    flash.fail_read = true;
    CHECK(fails(say_hello()) && fails(say_begin(&first)) && fails(say_prove(nonce, 16)) && fails(say_empty(7)) && fails(say_empty(6)));
    flash.fail_read = false; /* nothing was erased on the strength of what could not be read */
    CHECK(holds(&first));
    flash.fail_read = true;
    bench_power();
    CHECK(fails(say_hello()));
    flash.fail_read = false;
    CHECK(holds(&first));
}

static void write_fails(void) {
    fresh();
    flash.fail_write = true;
    CHECK(fails(say_begin(&first)) && state_is("blank"));
    flash.fail_write = false;
    CHECK(say_begin(&first).rc == 0);
    flash.fail_write = true;
    CHECK(fails(say_put(&first, 0, 100)) && say_put(&first, 0, 100).rc == 9);
    flash.fail_write = false;
    CHECK(say_begin(&first).rc == 0 && say_put(&first, 0, 192).rc == 0 && say_put(&first, 192, first.n - 192).rc == 0);
    flash.fail_write = true;
    CHECK(fails(say_commit(&first)) && state_is("staged"));
    flash.fail_write = false;
    CHECK(say_commit(&first).rc == 0 && holds(&first));
    flash.fail_write = true;
    CHECK(fails(say_empty(6)) && state_is("committed") && fails(say_empty(7)));
    flash.fail_write = false;
    bench_power();
    CHECK(holds(&first) && say_empty(6).rc == 0 && state_is("locked"));
}

static void erase_fails(void) {
    fresh();
    CHECK(say_all(&first, 192));
    flash.fail_erase = true;
    CHECK(fails(say_empty(7)));
    flash.fail_erase = false;
    bench_power();
    CHECK(state_is("blank"));
    for (size_t i = 0; i < KB_BANK_SIZE - 16; i++) {
        CHECK(memcmp(flash.bytes[0] + i, "the secret", 10) && memcmp(flash.bytes[1] + i, "the secret", 10));
    }
    CHECK(say_begin(&first).rc == 0 && say_put(&first, 0, 10).rc == 0);
    flash.fail_erase = true;
    CHECK(fails(say_begin(&second)));
    flash.fail_erase = false;
    CHECK(say_all(&second, 192) && holds(&second));
}

/* The unit reads back what it wrote: a cell that is stuck is found before anything is answered as done. */
static void wrong_cells(void) {
    fresh();
    flash.wrong_write = true;
    CHECK(fails(say_begin(&first)));
    flash.wrong_write = false;
    CHECK(say_begin(&first).rc == 0);
    flash.wrong_write = true;
    CHECK(fails(say_put(&first, 0, 100)));
    flash.wrong_write = false;
    CHECK(say_begin(&first).rc == 0 && say_put(&first, 0, 192).rc == 0 && say_put(&first, 192, first.n - 192).rc == 0);
    flash.wrong_write = true;
    CHECK(fails(say_commit(&first)));
    flash.wrong_write = false;
    CHECK(say_commit(&first).rc == 0 && holds(&first)); /* the next mark is tried */
}

static void marks_run_out(void) {
    fresh();
    CHECK(say_all(&first, 192));
    flash.wrong_write = true;
    for (int i = 0; i < KB_MARK_TRIES; i++) {
        CHECK(fails(say_empty(6)));
    }
    flash.wrong_write = false;
    CHECK(fails(say_empty(6)) && holds(&first));
    CHECK(say_empty(7).rc == 0 && say_all(&first, 192) && say_empty(6).rc == 0 && state_is("locked"));
}

static void many(void) {
    fresh();
    for (int i = 0; i < 40; i++) {
        CHECK(say_all(i % 2 ? &first : &second, 192) && holds(i % 2 ? &first : &second));
        bench_power();
        CHECK(holds(i % 2 ? &first : &second));
        if (i % 3) {
            CHECK(say_begin(i % 2 ? &second : &first).rc == 3);
        }
        CHECK(say_empty(7).rc == 0);
        if (i % 5 == 0) {
            bench_power();
        }
        CHECK(state_is("blank"));
    }
}

static void generation_wraps(void) {
    fresh();
    unit.store.generation = UINT32_MAX - 3;
    for (int i = 0; i < 6; i++) {
        CHECK(say_all(&first, 192) && holds(&first));
        bench_power();
        CHECK(holds(&first) && say_empty(7).rc == 0);
        bench_power();
        CHECK(state_is("blank"));
    }
    CHECK(unit.store.generation < 20);
}

/* More puts than the journal has entries: the stage works on, and after a reset it begins anew. */
static void journal_full(void) {
    fresh();
    CHECK(say_begin(&second).rc == 0);
    size_t small = KB_FLASH_UNIT > 4 ? KB_FLASH_UNIT : 4;
    for (uint32_t off = 0; off < small * 40; off += (uint32_t)small) {
        CHECK(off + small > second.n || say_put(&second, off, small).rc == 0);
    }
    CHECK(say_all(&second, 192) && holds(&second));
    CHECK(say_empty(7).rc == 0);
    for (uint32_t off = 0; off + 4 <= second.n; off += 4) {
        if (off == 0) {
            CHECK(say_begin(&second).rc == 0);
        }
        CHECK(say_put(&second, off, 4).rc == 0);
    }
    bench_power();
    CHECK(say_all(&second, 192) && holds(&second));
}

/* A bank full of anything at all is no record, and no hindrance. */
static void garbage(void) {
    for (unsigned fill = 0; fill < 256; fill += 5) {
        fresh();
        memset(flash.bytes, (int)fill, sizeof flash.bytes);
        bench_power();
        CHECK(state_is("blank") && say_all(&first, 192) && holds(&first));
    }
}

void test_storage(void) {
    RUN(read_fails);
    RUN(write_fails);
    RUN(erase_fails);
    RUN(wrong_cells);
    RUN(marks_run_out);
    RUN(many);
    RUN(generation_wraps);
    RUN(journal_full);
    RUN(garbage);
}
