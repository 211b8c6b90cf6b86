/*
 * The command line of keybench-unit. It must refuse what it does not understand: a fault that a test
 * asked for and did not get would pass that test.
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "keybench-unit --hw ID --link PATH --flash FILE [options]: the reference device end on a pseudo-terminal\n"
    "  --hw ID            hardware id, 1 to 32 of [A-Za-z0-9_-]\n"
    "  --link PATH        made a symbolic link to the pseudo-terminal; removed at the end\n"
    "  --flash FILE       two banks of flash; made if it is not there\n"
    "  --model M          default reference\n"
    "  --fw V             default 1.0.0\n"
    "  --chunk N          bytes of data per put, 1 to 1984; default 256\n"
    "  --caps LIST        of prove,lock,erase; default all; '' for none\n"
    "  --reset-delay MS   from the answer of OS reset to the restart; the old start answers meanwhile; default 0\n"
    "  --boot-delay MS    how long a restart takes; what is sent meanwhile is lost; default 50\n"
    "  --vanish           in a restart the port goes away and comes back as another, with PATH pointing to it\n"
    "  --noise P          log lines between frames and, with probability P per line, inside\n"
    "  --seed N           makes the noise the same each time\n"
    "  --flash-delay MS   an answer whose request changed the flash comes that much later\n"
    "  --power-cut N[:M]  power fails at the Nth flash operation (unit written or bank erased), exit 3; M is what is\n"
    "                     done of it: before, first-half (default), last-half, bits, after\n"
    "  --fail LIST        of read,write,erase: the flash driver fails; bits: a cell does not take its bits\n"
    "  --die-at-byte N    power fails with the Nth received byte: acted upon, not answered, exit 3\n"
    "stdout: 'ID PORT' whenever a port is opened, 'boot' at each start of the firmware, at SIGTERM 'operations N',\n"
    "        the flash operations of this process\n"
    "exit: 0 ended by SIGTERM or SIGINT, 1 the system refused something, 2 usage, 3 power failed as asked\n";

static void refuse(const char *what, const char *value) {
    fprintf(stderr, "keybench-unit: %s: %s\n(--help shows the options)\n", what, value);
    exit(2);
}

static unsigned long number(const char *option, const char *text, unsigned long most) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value > most) {
        refuse(option, text);
    }
    return value;
}

/* A comma-separated list as bits, the first name being bit 0. */
static uint8_t bits_of(const char *option, const char *list, const char *const name[], size_t names) {
    uint8_t bits = 0;
    while (*list) {
        size_t n = strcspn(list, ","), i = 0;
        while (i < names && (strlen(name[i]) != n || strncmp(list, name[i], n))) {
            i++;
        }
        if (i == names) {
            refuse(option, list);
        }
        bits |= (uint8_t)(1u << i);
        list += n + (list[n] == ',');
    }
    return bits;
}

static void power_cut(struct options *o, const char *text) {
    static const char *const name[CUT_MODES] = {"before", "first-half", "last-half", "bits", "after"};
    char count[24] = "";
    const char *colon = strchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : strlen(text);
    int mode = CUT_FIRST_HALF;
    if (n >= sizeof count) {
        refuse("--power-cut", text);
    }
    memcpy(count, text, n);
    for (mode = colon ? 0 : CUT_FIRST_HALF; colon && mode < CUT_MODES && strcmp(name[mode], colon + 1);) {
        mode++;
    }
    if (mode == CUT_MODES) {
        refuse("--power-cut", text);
    }
    o->power_cut = number("--power-cut", count, UINT32_MAX);
    o->cut_mode = (enum flash_cut)mode;
}

void options_read(struct options *o, int argc, char **argv) {
    enum { HW = 1, LINK, FLASH, MODEL, FW, CHUNK, CAPS, RESET, BOOT, VANISH, NOISE, SEED, DELAY, CUT, FAIL, DIE, HELP };
    static const char *const caps[] = {"prove", "lock", "erase"}, *const failing[] = {"read", "write", "erase", "bits"};
    static const struct option list[] = {
        {"hw", 1, NULL, HW},           {"link", 1, NULL, LINK},       {"flash", 1, NULL, FLASH},
        {"model", 1, NULL, MODEL},     {"fw", 1, NULL, FW},           {"chunk", 1, NULL, CHUNK},
        {"caps", 1, NULL, CAPS},       {"reset-delay", 1, NULL, RESET}, {"boot-delay", 1, NULL, BOOT},
        {"vanish", 0, NULL, VANISH},   {"noise", 1, NULL, NOISE},     {"seed", 1, NULL, SEED},
        {"flash-delay", 1, NULL, DELAY}, {"power-cut", 1, NULL, CUT}, {"die-at-byte", 1, NULL, DIE},
        {"fail", 1, NULL, FAIL},       {"help", 0, NULL, HELP},       {NULL, 0, NULL, 0},
    };
    static const struct kb_config unit = {NULL, "reference", "1.0.0", 256, KB_CAP_PROVE | KB_CAP_LOCK | KB_CAP_ERASE};
    const unsigned long hour = 3600000;
    char *end;
    memset(o, 0, sizeof *o);
    o->unit = unit;
    o->boot_delay = 50;
    o->noise = -1;
    for (int c; (c = getopt_long(argc, argv, "", list, NULL)) != -1;) {
        switch (c) {
        case HW: o->unit.hw = optarg; break;
        case LINK: o->link = optarg; break;
        case FLASH: o->flash = optarg; break;
        case MODEL: o->unit.model = optarg; break;
        case FW: o->unit.fw = optarg; break;
        case CHUNK: o->unit.chunk = (uint16_t)number("--chunk", optarg, KB_CHUNK_MAX); break;
        case CAPS: o->unit.caps = bits_of("--caps", optarg, caps, 3); break;
        case RESET: o->reset_delay = number("--reset-delay", optarg, hour); break;
        case BOOT: o->boot_delay = number("--boot-delay", optarg, hour); break;
        case VANISH: o->vanish = true; break;
        case NOISE:
            o->noise = strtod(optarg, &end);
            if (!*optarg || *end || !(o->noise >= 0 && o->noise <= 1)) {
                refuse("--noise", optarg);
            }
            break;
        case SEED: o->seed = number("--seed", optarg, UINT32_MAX); break;
        case DELAY: o->flash_delay = number("--flash-delay", optarg, hour); break;
        case CUT: power_cut(o, optarg); break;
        case FAIL: o->fail = bits_of("--fail", optarg, failing, 4); break;
        case DIE: o->die_at_byte = number("--die-at-byte", optarg, UINT32_MAX); break;
        case HELP: fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (optind < argc) {
        refuse("not an option", argv[optind]);
    }
    if (!o->unit.hw || !o->link || !o->flash) {
        refuse("missing", "--hw, --link and --flash are needed");
    }
    if (!*o->unit.hw || strlen(o->unit.hw) > 32 ||
        strspn(o->unit.hw, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(o->unit.hw)) {
        refuse("--hw", o->unit.hw);
    }
}
