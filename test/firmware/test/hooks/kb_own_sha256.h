/*
 * Stands for a chip's header, as a port with a hash engine would bring it (KB_OWN_SHA256).
 */
#ifndef KB_OWN_SHA256_H
#define KB_OWN_SHA256_H

#include <stdint.h>

/* An engine has its own idea of a context: this one keeps only chaining value, count and rest. */
struct kb_sha256 {
    uint64_t bits;
    uint32_t chain[8];
    uint8_t rest[64];
};

#endif
