/*
 * Power is cut at every flash operation of every change, and in five ways: before it, after its first
 * half, its last half, random bits of it, and just after it. Then power returns.
 *
 * What must hold: the unit is in the old state or in the new one; what it had answered is still so; a
 * record that it shows is whole and proves itself; and the station's ordinary way brings it to the
 * record that was ordered, also when power is cut once more on that way.
 */
#include "test.h"

static struct record old, new;
static unsigned answered; /* steps whose answer came before the cut */
static unsigned long cuts;

static void records(void) {
    /* So long that half of an erased bank is half of the record. */
    record_of(&old, "old-client", "key", "the old secret, which must not come back", 1550);
    record_of(&new, "new-client", "pw", "the new secret", 60);
}

static void write_new(void) {
    answered = 0;
    struct reply a = say_begin(&new);
    for (uint32_t off = 0; off < new.n; off += 64) {
        a = say_put(&new, off, new.n - off < 64 ? new.n - off : 64);
        answered += a.came && a.rc == 0;
    }
    a = say_commit(&new);
    answered += a.came && a.rc == 0 ? 100 : 0;
}

static void erase_old(void) {
    struct reply a = say_empty(7);
    answered = a.came && a.rc == 0 ? 100 : 0;
}

static void replace(void) {
    erase_old();
    write_new();
}

static void lock_old(void) {
    struct reply a = say_empty(6);
    answered = a.came && a.rc == 0 ? 100 : 0;
}

static void restage(void) {
    struct reply a = say_begin(&new);
    answered = a.came && a.rc == 0 ? 100 : 0;
}

static void switch_on(void) { bench_power(); }

/* What the station does, whatever it finds: hello, then as the state says. */
static void station(void) {
    struct reply a = say_hello();
    if (field_text(&a, "state", "committed") && !holds(&new)) {
        say_empty(7);
    }
    if (!field_text(&a, "state", "locked")) {
        say_all(&new, 64);
    }
}

/*
 * The state is one of these; a committed record is wholly `a` or wholly `b`, and nothing else may be seen. A stage
 * is `old` or `new`, and what it says to have is right: the rest of the record completes it.
 */
static void one_of(bool blank, bool staged, const struct record *a, const struct record *b) {
    uint8_t tx[16];
    struct reply h = say_hello();
    CHECK(h.came);
    if (field_text(&h, "state", "committed") || field_text(&h, "state", "locked")) {
        CHECK((a && holds(a)) || (b && holds(b)));
    } else if (field_text(&h, "state", "staged")) {
        CHECK(staged && field_bytes(&h, "tx", tx, 16));
        const struct record *r = memcmp(tx, old.tx, 16) ? &new : &old;
        CHECK(!memcmp(tx, r->tx, 16) && say_all(r, 64) && holds(r));
    } else {
        CHECK(blank && field_text(&h, "state", "blank"));
    }
}

static void blank_unit(void) { bench_new(); }

static void old_unit(void) {
    bench_new();
    CHECK(say_all(&old, 192));
}

static void staged_unit(void) {
    bench_new();
    say_begin(&old);
    for (uint32_t off = 0; off + 192 < old.n; off += 192) {
        say_put(&old, off, 192);
    }
}

static void rubbish_unit(void) { /* an erase that did not end: the empty record is committed, the old one still there */
    old_unit();
    flash.fail_erase = true;
    say_empty(7);
    flash.fail_erase = false;
}

/* Runs `work` on a unit from `start` with a cut at each operation in turn, until it ends without one. */
static void each_cut(void (*start)(void), void (*work)(void), void (*judge)(void), bool again) {
    for (int mode = 0; mode < CUT_MODES; mode++) {
        bool was_cut = true;
        for (unsigned long at = 1; was_cut; at++) {
            start();
            flash.random = (uint32_t)at * 2654435761u + 1;
            answered = 0;
            was_cut = bench_cut(at, (enum flash_cut)mode, work);
            cuts += was_cut;
            struct flash_model seen = flash;
            judge();
            for (unsigned long second = 1; was_cut && again && second < 400; second += 1 + (at + (unsigned long)mode) % 13) {
                flash = seen;
                bench_power();
                if (!bench_cut(second, (enum flash_cut)((mode + second) % CUT_MODES), station)) {
                    break;
                }
                cuts++;
                one_of(true, true, &old, &new);
                station();
                CHECK(holds(&new));
            }
            flash = seen;
            bench_power();
            station();
            CHECK(holds(&new) || state_is("locked"));
        }
    }
}

static void judge_write(void) {
    if (answered >= 100) {
        CHECK(holds(&new)); /* it had said so */
    } else {
        one_of(true, true, NULL, &new);
    }
}

static void judge_erase(void) {
    if (answered >= 100) {
        CHECK(state_is("blank"));
    } else {
        one_of(true, false, &old, NULL);
    }
}

static void judge_replace(void) { one_of(true, true, &old, &new); }

static void judge_lock(void) {
    CHECK(holds(&old));
    CHECK(answered < 100 || state_is("locked"));
    CHECK(say_empty(6).rc == 0 && state_is("locked") && holds(&old)); /* and the lock can be finished */
}

static void judge_restage(void) { one_of(true, true, NULL, NULL); }

static void judge_rubbish(void) { CHECK(state_is("blank")); }

static void first_write(void) { each_cut(blank_unit, write_new, judge_write, true); }
static void write_over_stage(void) { each_cut(staged_unit, write_new, judge_write, false); }
static void restage_over_stage(void) { each_cut(staged_unit, restage, judge_restage, true); }
static void erase(void) { each_cut(old_unit, erase_old, judge_erase, true); }
static void erase_and_write(void) { each_cut(old_unit, replace, judge_replace, false); }
static void erase_stage(void) { each_cut(staged_unit, erase_old, judge_restage, false); }
static void lock(void) { each_cut(old_unit, lock_old, judge_lock, false); }
static void start_up(void) { each_cut(rubbish_unit, switch_on, judge_rubbish, true); }

void test_power(void) {
    records();
    cuts = 0;
    RUN(first_write);
    RUN(write_over_stage);
    RUN(restage_over_stage);
    RUN(erase);
    RUN(erase_and_write);
    RUN(erase_stage);
    RUN(lock);
    RUN(start_up);
    printf("power was cut %lu times\n", cuts);
}
