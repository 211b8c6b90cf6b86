/*
 * Runs all host tests of the device end and says how many checks were made. It must not stop at the
 * first failure: one broken rule often explains the next.
 */
#include "test.h"

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(void);
    } part[] = {
        {"codec", test_codec}, {"frame", test_frame},   {"cbor", test_cbor},       {"crypto", test_crypto},
        {"rules", test_rules}, {"errors", test_errors}, {"storage", test_storage}, {"power", test_power},
    };
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        unsigned checks = test_checks, tests = test_count;
        if (argc < 2 || !strcmp(argv[1], part[i].name)) {
            part[i].run();
            printf("%-8s %2u tests %8u checks\n", part[i].name, test_count - tests, test_checks - checks);
        }
    }
    printf("%u tests, %u checks, %u failed (unit of %d bytes, bank of %d, erased is %02X)\n", test_count, test_checks,
           test_failures, KB_FLASH_UNIT, KB_BANK_SIZE, KB_ERASED);
    return test_failures || !test_checks;
}
