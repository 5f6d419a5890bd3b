/*
 * folder - a folder of a test's own, for databases and what lies beside them.
 */
#ifndef TTSTD_TESTS_SUPPORT_FOLDER_H
#define TTSTD_TESTS_SUPPORT_FOLDER_H

#include <stddef.h>

enum { FOLDER_PATH_SIZE = 256 };

struct folder {
    char path[FOLDER_PATH_SIZE / 2];
};

/* Makes an empty folder below $TMPDIR, or /tmp. */
void folder_make(struct folder *folder);

/* Has the process's folders from here on in memory, where the machine has a place for that: for
 * tests of many databases that nothing on a disk depends on. */
void folder_prefer_memory(void);

/* Removes it with the files in it. A test that failed leaves it behind, to be looked at. */
void folder_remove(const struct folder *folder);

/* Writes the path of a file in the folder. */
void folder_file(const struct folder *folder, const char *name, char out[FOLDER_PATH_SIZE]);

/* A file's content, malloc'ed; NULL if there is no such file. */
char *folder_read(const char *path, size_t *out_size);
void folder_write(const char *path, const void *bytes, size_t size);

#endif
