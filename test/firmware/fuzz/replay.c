/*
 * Runs the fuzz target once over each file of a folder: the kept corpus, in a second, without libFuzzer.
 * It must not look for anything new.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path) {
    static uint8_t bytes[65536];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    uint8_t *exact = malloc(n ? n : 1); /* so that a read beyond the end is seen */
    if (!exact) {
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        exact[i] = bytes[i];
    }
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return 0;
}

int main(int argc, char **argv) {
    char path[4096];
    unsigned count = 0;
    struct dirent *entry;
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "replay FOLDER: no such folder\n");
        return 2;
    }
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
            if (replay(path)) {
                return 1;
            }
            count++;
        }
    }
    closedir(folder);
    printf("%u inputs replayed\n", count);
    return count == 0; /* an empty corpus proves nothing */
}
