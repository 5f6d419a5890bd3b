#include "support/unsynced.h"

#include "base/rng.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What stood there before. */
struct note {
    struct note *next; /* the older one */
    char *path;
    int64_t at;
    int64_t file_size;
    ssize_t size;
    char bytes[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the next */
static struct note *notes;
static bool is_noting;

static void free_note(struct note *note)
{
    free(note->path);
    free(note);
}

static struct note *make_note(const char *path, int64_t at, int64_t size)
{
    struct stat status = {.st_size = 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        abort();
    int64_t lost = size > 0 ? size : status.st_size - at; /* of a cut: all behind it */
    struct note *note = malloc(sizeof *note + (size_t)(lost > 0 ? lost : 0));
    if (note == NULL)
        abort();
    *note = (struct note){.path = strdup(path), .at = at, .file_size = status.st_size};
    note->size = lost > 0 ? pread(fd, note->bytes, (size_t)lost, at) : 0;
    close(fd);
    return note;
}

void unsynced_begin(void)
{
    pthread_mutex_lock(&lock);
    is_noting = true;
    pthread_mutex_unlock(&lock);
}

void unsynced_note(const char *path, int64_t at, int64_t size)
{
    pthread_mutex_lock(&lock);
    if (is_noting && path != NULL) {
        struct note *note = make_note(path, at, size);
        note->next = notes;
        notes = note;
    }
    pthread_mutex_unlock(&lock);
}

void unsynced_forget(const char *path)
{
    pthread_mutex_lock(&lock);
    for (struct note **link = &notes; *link != NULL;) {
        struct note *note = *link;
        if (path == NULL || strcmp(note->path, path) != 0) {
            link = &note->next;
            continue;
        }
        *link = note->next;
        free_note(note);
    }
    pthread_mutex_unlock(&lock);
}

static void undo(const struct note *note)
{
    int fd = open(note->path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return; /* it has been deleted since */
    if (pwrite(fd, note->bytes, (size_t)note->size, note->at) != note->size ||
        ftruncate(fd, note->file_size) != 0)
        abort();
    close(fd);
}

void unsynced_undo(uint64_t seed)
{
    struct rng rng;
    rng_seed(&rng, seed);
    pthread_mutex_lock(&lock);
    while (notes != NULL) {
        struct note *note = notes;
        notes = note->next;
        if (seed == 0 || rng_next(&rng) % 2 == 0)
            undo(note);
        free_note(note);
    }
    is_noting = false;
    pthread_mutex_unlock(&lock);
}
