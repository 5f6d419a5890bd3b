/*
 * Database files (fuzz/database_file.h). Whatever a file is: `ttstd check` does not write to it,
 * and the daemon does not unless it takes it. What check finds sound is taken, and stays sound. Of
 * what is taken everything can be answered.
 */
#include "base/log.h"
#include "command/check.h"
#include "fuzz/asked.h"
#include "fuzz/database_file.h"
#include "store/store.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char file_path[FOLDER_PATH_SIZE];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static struct folder folder;
    (void)argc;
    (void)argv;
    database_file_prepare();
    folder_make(&folder);
    folder_file(&folder, "ttst.db", file_path);
    log_set_level(LOG_ERROR);
    return 0;
}

static char found[256]; /* what check found last */

static void note_found(void *context, const char *line)
{
    (void)context;
    fuzz_require(strlen(line) > 0);
    snprintf(found, sizeof found, "%s", line);
}

static void ignore_said(void *context, const char *line)
{
    (void)context;
    fuzz_require(strlen(line) > 0);
}

static bool is_sound(void)
{
    const struct check_report report = {.found = note_found, .said = ignore_said};
    return service_check(file_path, &report) == ERR_OK;
}

/* Answers: JSON, or that what is asked for is damaged. */

static bool answer(struct served *served, const char *path, struct text *out)
{
    const struct text nothing = {0};
    struct answer answer = asked(served, HTTP_GET, path, &nothing);
    fuzz_require_json(&answer.body);
    *out = answer.body;
    return answer.status == 200;
}

static bool answer_path(struct served *served, const char *path)
{
    struct text ignored;
    const bool is_good = answer(served, path, &ignored);
    text_free(&ignored);
    return is_good;
}

static bool answer_checkpoints(struct served *served, const char *name)
{
    char path[2 * NAME_AT_SIZE];
    struct text list;
    snprintf(path, sizeof path, "/brains/%s/checkpoints", name);
    bool is_good = answer(served, path, &list);
    json_t *root = json_loadb(list.bytes, list.size, 0, NULL);
    size_t i;
    json_t *checkpoint;
    json_array_foreach(json_object_get(root, "checkpoints"), i, checkpoint)
    {
        snprintf(path, sizeof path, "/brains/%s@%s", name,
                 json_string_value(json_object_get(checkpoint, "name")));
        is_good = answer_path(served, path) && is_good;
    }
    json_decref(root);
    text_free(&list);
    return is_good;
}

static bool answer_all(struct served *served)
{
    bool is_good = answer_path(served, "/train");
    for (unsigned i = 0; i < service_count_brains(served->service); i++) {
        struct brain_info info;
        char name[NAME_SIZE];
        char path[NAME_AT_SIZE];
        service_brain_at(served->service, i, &info);
        memcpy(name, info.name, strlen(info.name) + 1); /* valid until the next call */
        snprintf(path, sizeof path, "/brains/%s", name);
        is_good = answer_path(served, path) && is_good;
        snprintf(path, sizeof path, "/brains/%s/curve", name);
        is_good = answer_path(served, path) && is_good;
        is_good = answer_checkpoints(served, name) && is_good;
    }
    return is_good;
}

static void require_as_before(const char *bytes, size_t size)
{
    size_t size_now;
    char *bytes_now = folder_read(file_path, &size_now);
    fuzz_require(bytes_now != NULL && size_now == size && memcmp(bytes, bytes_now, size) == 0);
    free(bytes_now);
}

static bool use(const char *bytes, size_t size, bool was_sound)
{
    struct served served = {.service = NULL};
    struct service_options options = {
        .database = file_path, .training_threads = 1, .save_interval_ms = 1000, .brain_memory = 1};
    struct fault fault = {.err = ERR_OK};
    if (service_open(&options, &served.service, &fault) != ERR_OK) {
        fuzz_require(fault.detail[0] != '\0' && strchr(fault.detail, '\n') == NULL);
        require_as_before(bytes, size);
        return false;
    }
    fuzz_require(answer_all(&served) || !was_sound);
    fuzz_require(service_close(served.service, &fault) == ERR_OK);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    size_t file_size;
    database_file_make(file_path, &input);
    char *file = folder_read(file_path, &file_size);
    fuzz_require(file != NULL);
    const bool was_sound = is_sound();
    require_as_before(file, file_size);
    const bool is_taken = use(file, file_size, was_sound);
    if (was_sound && !(is_taken && is_sound())) {
        fprintf(stderr, "it was sound, but: %s\n", is_taken ? found : "it was not taken");
        abort();
    }
    free(file);
    return 0;
}
