#include "support/folder.h"

#include "support/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void folder_make(struct folder *folder)
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder->path, sizeof folder->path, "%s/ttstd-unit-XXXXXX",
             parent != NULL ? parent : "/tmp");
    ck_assert_msg(mkdtemp(folder->path) != NULL, "cannot make %s", folder->path);
}

void folder_prefer_memory(void)
{
    static const char in_memory[] = "/dev/shm";
    if (access(in_memory, W_OK) == 0)
        setenv("TMPDIR", in_memory, 0);
}

void folder_remove(const struct folder *folder)
{
    DIR *files = opendir(folder->path);
    ck_assert_ptr_nonnull(files);
    for (struct dirent *entry = readdir(files); entry != NULL; entry = readdir(files)) {
        char path[FOLDER_PATH_SIZE];
        folder_file(folder, entry->d_name, path);
        unlink(path); /* fails for "." and ".." */
    }
    closedir(files);
    ck_assert_msg(rmdir(folder->path) == 0, "cannot remove %s", folder->path);
}

void folder_file(const struct folder *folder, const char *name, char out[FOLDER_PATH_SIZE])
{
    int size = snprintf(out, FOLDER_PATH_SIZE, "%s/%s", folder->path, name);
    ck_assert_int_lt(size, FOLDER_PATH_SIZE);
}

char *folder_read(const char *path, size_t *out_size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    *out_size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*out_size + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *out_size, file), *out_size);
    fclose(file);
    return bytes;
}

void folder_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}
