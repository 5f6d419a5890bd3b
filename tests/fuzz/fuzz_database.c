/*
 * Database files (fuzz/database_file.h). Whatever a file is: `ttstd check` does not write to it,
 * and the daemon does not unless it takes it. What check finds sound is taken, and stays sound. Of
 * what is taken everything can be answered.
 */
#include "api/codec_brain.h"
#include "api/codec_checkpoint.h"
#include "api/codec_evaluation.h"
#include "api/codec_job.h"
#include "base/log.h"
#include "fuzz/database_file.h"
#include "service/check.h"
#include "service/checkpoints.h"
#include "support/served.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char path[FOLDER_PATH_SIZE];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static struct folder folder;
    (void)argc;
    (void)argv;
    database_file_prepare();
    folder_make(&folder);
    folder_file(&folder, "ttst.db", path);
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
    return service_check(path, &report) == ERR_OK;
}

/* Answers. */

static void require_json(struct text *text)
{
    fuzz_require_json(text);
    text_free(text);
}

static bool answer_brain(struct served *served, const char *name)
{
    struct brain_info info;
    struct fault fault;
    struct text text = {0};
    char digest[BRAIN_DIGEST_SIZE];
    enum err err;
    do {
        err = service_digest_brain(served->service, name, &info, digest, &fault);
    } while (err == ERR_LATER && served_fetch(served));
    if (err != ERR_OK)
        return false;
    codec_encode_brain(&info, digest, &text);
    require_json(&text);
    return true;
}

static void answer_jobs(struct served *served)
{
    for (unsigned i = 0; i < service_count_jobs(served->service); i++) {
        struct job_view view;
        struct text text = {0};
        service_job_at(served->service, i, &view);
        codec_encode_job(&view, &text);
        require_json(&text);
    }
}

static bool is_done; /* the call that is waited for */

static void note_done(struct service_call *call)
{
    (void)call;
    is_done = true;
}

static void wait(struct served *served)
{
    while (!is_done)
        served_turn(served);
    is_done = false;
}

static bool answer_curve(struct served *served, const char *name)
{
    struct curve_call curve = {.call.done = note_done};
    struct fault fault;
    struct text text = {0};
    fuzz_require(service_read_curve(served->service, name, &curve, &fault) == ERR_OK);
    wait(served);
    if (curve.call.fault.err != ERR_OK)
        return false;
    codec_encode_curve(name, &curve, &text);
    require_json(&text);
    codec_encode_curve_csv(&curve, &text);
    text_free(&text);
    free(curve.points);
    return true;
}

static bool answer_checkpoints(struct served *served, const char *name)
{
    struct checkpoints_call list = {.call.done = note_done};
    struct fault fault;
    struct text text = {0};
    bool is_good = true;
    fuzz_require(service_list_checkpoints(served->service, name, &list, &fault) == ERR_OK);
    wait(served);
    if (list.call.fault.err != ERR_OK)
        return false;
    codec_encode_checkpoints(&list, &text);
    require_json(&text);
    for (size_t i = 0; i < list.count; i++) {
        char version[STORE_VERSION_SIZE];
        snprintf(version, sizeof version, "%s@%s", name, list.checkpoints[i].name);
        is_good = answer_brain(served, version) && is_good;
    }
    free(list.checkpoints);
    return is_good;
}

static bool answer_all(struct served *served)
{
    bool is_good = true;
    answer_jobs(served);
    for (unsigned i = 0; i < service_count_brains(served->service); i++) {
        struct brain_info info;
        service_brain_at(served->service, i, &info);
        char name[STORE_NAME_SIZE];
        memcpy(name, info.name, strlen(info.name) + 1); /* valid until the next call */
        is_good = answer_brain(served, name) && is_good;
        is_good = answer_curve(served, name) && is_good;
        is_good = answer_checkpoints(served, name) && is_good;
    }
    return is_good;
}

static void require_as_before(const char *bytes, size_t size)
{
    size_t size_now;
    char *bytes_now = folder_read(path, &size_now);
    fuzz_require(bytes_now != NULL && size_now == size && memcmp(bytes, bytes_now, size) == 0);
    free(bytes_now);
}

static bool use(const char *bytes, size_t size, bool was_sound)
{
    struct served served = {.service = NULL};
    struct service_options options = {
        .database = path, .training_threads = 1, .save_interval_ms = 1000, .brain_memory = 1};
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
    database_file_make(path, &input);
    char *file = folder_read(path, &file_size);
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
