/*
 * A database's bytes made wrong, some hundred times: each time it is refused with a line that says
 * so, and stays as it is, or it is served, with every brain what it was and its job ending as it
 * would have.
 */
#include "command/check.h"
#include "support/served.h"
#include "support/spoil.h"
#include "support/stored.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { MUTANTS = 40, MUTANTS_SOAK = 400, PAGES_MAX = 16, STATES_MAX = 8 };

/* What is spoiled, and what may be seen of it after that. */
struct original {
    struct served served; /* closed; its folder is where mutants live */
    char wal[FOLDER_PATH_SIZE];
    char shm[FOLDER_PATH_SIZE];
    char *bytes;
    size_t size;
    char *log; /* the write-ahead log; NULL: none */
    size_t log_size;
    unsigned told[PAGES_MAX];
    struct spoil_pages pages;
    int64_t job; /* the default brain's, which goes on; 0: none */
    char strong[BRAIN_DIGEST_SIZE];
    char kept[BRAIN_DIGEST_SIZE];
    char learned[STATES_MAX][BRAIN_DIGEST_SIZE]; /* the default brain must be one of these */
    unsigned states;
};

static void note_state(struct original *original)
{
    char *out = original->learned[original->states++];
    ck_assert_int_eq(served_digest(&original->served, "default", out), ERR_OK);
}

static void add_brain(struct original *original)
{
    struct served *served = &original->served;
    struct brain_order strong = served_brain_order("strong");
    strong.rule = rule_default(RULE_GUARD);
    served_create(served, &strong);
    struct job_order lesson = served_job_order(3, 300);
    lesson.brain = "strong";
    served_wait_over(served, served_begin(served, &lesson));
    ck_assert_int_eq(served_keep(served, "strong", "mine"), ERR_OK);
    ck_assert_int_eq(served_digest(served, "strong", original->strong), ERR_OK);
    memcpy(original->kept, original->strong, BRAIN_DIGEST_SIZE);
    lesson.matches = 40;
    served_wait_over(served, served_begin(served, &lesson));
    ck_assert_int_eq(served_digest(served, "strong", original->strong), ERR_OK);
}

/* One that is queued, so that whoever opens the file trains. */
static void add_job(struct original *original)
{
    struct store *store = stored_open(original->served.path);
    struct job job = stored_job(10, 1);
    job.matches = 3000;
    job.workers = 2;
    job.seed = 20261124;
    ck_assert_int_eq(store_insert_job(store, &job, NULL, 0), ERR_OK);
    ck_assert_int_eq(store_start(store), ERR_OK);
    store_stop(store);
    store_close(store);
    original->job = job.id;
}

static void open_original(struct original *original)
{
    struct served *served = &original->served;
    *original = (struct original){.states = 0};
    folder_prefer_memory();
    served_open(served);
    folder_file(&served->folder, "ttst.db-wal", original->wal);
    folder_file(&served->folder, "ttst.db-shm", original->shm);
    add_brain(original);
    served_shut(served);
}

/* The pages in which tables, but not their blobs, begin. */
static void find_pages(struct original *original)
{
    static const char *const tables[] = {"brain", "job", "checkpoint", "job_by_state",
                                         "sqlite_autoindex_brain_1"};
    for (unsigned i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_schema WHERE name = '%s'",
                 tables[i]);
        unsigned page = (unsigned)stored_sql(original->served.path, sql);
        if (page > 0)
            original->told[original->pages.count++] = page - 1;
    }
    original->told[original->pages.count++] = 0;
    original->pages.pages = original->told;
}

static void close_original(struct original *original)
{
    free(original->bytes);
    free(original->log);
    folder_remove(&original->served.folder);
}

static bool is_one_of_the_states(const struct original *original, const char *digest)
{
    for (unsigned i = 0; i < original->states; i++)
        if (strcmp(original->learned[i], digest) == 0)
            return true;
    return false;
}

/* NULL, or what is wrong with a mutant that is served. */
static const char *look(struct original *original)
{
    struct served *served = &original->served;
    char digest[BRAIN_DIGEST_SIZE];
    struct job_view job;
    if (service_count_brains(served->service) != 2)
        return "brains are lost";
    if (original->job != 0) {
        if (service_get_job(served->service, original->job, &job) != ERR_OK)
            return "the job is lost";
        if (served_wait_over(served, original->job).state != JOB_DONE)
            return "the job came to another end";
    }
    if (served_digest(served, "default", digest) != ERR_OK ||
        !is_one_of_the_states(original, digest))
        return "the default brain is another";
    if (served_digest(served, "strong", digest) != ERR_OK || strcmp(digest, original->strong) != 0)
        return "the other brain is another";
    if (served_digest(served, "strong@mine", digest) == ERR_OK &&
        strcmp(digest, original->kept) != 0)
        return "the checkpoint is another";
    return NULL;
}

static bool is_still(const char *path, const char *bytes, size_t size)
{
    size_t now_size = 0;
    char *now = folder_read(path, &now_size);
    bool same = bytes == NULL || (now != NULL && now_size == size && memcmp(now, bytes, size) == 0);
    free(now);
    return same;
}

static void count_line(void *context, const char *line)
{
    *(unsigned *)context += line[0] != '\0';
}

/* What was spoiled, while it is tried. */
struct mutant {
    char *bytes;
    size_t size;
    char *log;
    size_t log_size;
};

static const char *try_to_check(const struct original *original, const struct mutant *mutant,
                                bool *out_sound)
{
    unsigned found = 0;
    unsigned said = 0;
    struct check_report report = {.found = count_line, .found_context = &found};
    report.said = count_line;
    report.said_context = &said;
    *out_sound = service_check(original->served.path, &report) == ERR_OK;
    if (!*out_sound && found == 0)
        return "ttstd check says nothing";
    if (!is_still(original->served.path, mutant->bytes, mutant->size) ||
        !is_still(original->wal, mutant->log, mutant->log_size))
        return "ttstd check wrote to the file";
    return NULL;
}

static const char *try_to_serve(struct original *original, const struct mutant *mutant,
                                bool *out_served)
{
    struct served *served = &original->served;
    struct service_options options = {.database = served->path,
                                      .training_threads = 1,
                                      .save_interval_ms = 1000,
                                      .brain_memory = 0};
    struct fault fault = {.err = ERR_OK};
    *out_served = service_open(&options, &served->service, &fault) == ERR_OK;
    if (*out_served) {
        const char *wrong = look(original);
        fault.detail[0] = '\0';
        enum err err = service_close(served->service, &fault);
        return wrong == NULL && err != ERR_OK && fault.detail[0] == '\0'
                   ? "nothing says what is lost"
                   : wrong;
    }
    if (fault.detail[0] == '\0')
        return "it is refused without a word";
    if (!is_still(served->path, mutant->bytes, mutant->size) ||
        !is_still(original->wal, mutant->log, mutant->log_size))
        return "what was refused was written to";
    return NULL;
}

static void put(const struct original *original, const struct mutant *mutant)
{
    unlink(original->wal);
    unlink(original->shm);
    folder_write(original->served.path, mutant->bytes, mutant->size);
    if (mutant->log != NULL)
        folder_write(original->wal, mutant->log, mutant->log_size);
}

static struct mutant copy(const struct original *original)
{
    struct mutant mutant = {.size = original->size, .log_size = original->log_size};
    mutant.bytes = malloc(original->size);
    mutant.log = original->log != NULL ? malloc(original->log_size) : NULL;
    ck_assert_ptr_nonnull(mutant.bytes);
    memcpy(mutant.bytes, original->bytes, original->size);
    if (mutant.log != NULL)
        memcpy(mutant.log, original->log, original->log_size);
    return mutant;
}

/* Returns whether it was served. */
static bool try_one(struct original *original, enum spoil_kind kind, uint64_t seed)
{
    struct mutant mutant = copy(original);
    struct rng rng;
    bool is_sound = false;
    bool is_served = false;
    rng_seed(&rng, seed);
    if (mutant.log != NULL)
        mutant.log_size = spoil(kind, &rng, original->pages, mutant.log, mutant.log_size);
    else
        mutant.size = spoil(kind, &rng, original->pages, mutant.bytes, mutant.size);
    put(original, &mutant);
    const char *wrong = try_to_check(original, &mutant, &is_sound);
    if (wrong == NULL)
        wrong = try_to_serve(original, &mutant, &is_served);
    if (wrong == NULL && is_sound && !is_served)
        wrong = "ttstd check calls sound what is refused";
    if (wrong != NULL)
        ck_abort_msg("%s, seed %" PRIu64 ": %s", spoil_kind_name(kind), seed, wrong);
    free(mutant.bytes);
    free(mutant.log);
    return is_served;
}

/* The same seeds each time; when there is time, others each time. */
static void try_many(struct original *original, enum spoil_kind kind)
{
    const bool soak = getenv("TTST_SOAK") != NULL;
    const unsigned mutants = soak ? MUTANTS_SOAK : MUTANTS;
    uint64_t seed = (uint64_t)kind << 32;
    unsigned served = 0;
    if (soak)
        ck_assert_int_eq(getrandom(&seed, sizeof seed, 0), sizeof seed);
    for (unsigned i = 0; i < mutants; i++)
        served += try_one(original, kind, seed + i);
    printf("%s: %u mutants, of which %u were served\n", spoil_kind_name(kind), mutants, served);
}

static void spoil_file(enum spoil_kind kind)
{
    struct original original;
    open_original(&original);
    add_job(&original);
    find_pages(&original);
    original.bytes = folder_read(original.served.path, &original.size);
    ck_assert_ptr_nonnull(original.bytes);
    served_start(&original.served);
    ck_assert_int_eq(served_wait_over(&original.served, original.job).state, JOB_DONE);
    note_state(&original);
    served_shut(&original.served);
    try_many(&original, kind);
    close_original(&original);
}

/* Of a log the part before the damage counts: the brain is what it was after one of its matches. */
static void spoil_log(enum spoil_kind kind)
{
    static const uint8_t won[] = {0, 3, 1, 4, 2};
    struct original original;
    open_original(&original);
    served_start(&original.served);
    note_state(&original);
    while (original.states < STATES_MAX) {
        ck_assert_int_eq(served_try_learn(&original.served, "default", won, sizeof won), ERR_OK);
        note_state(&original);
    }
    original.bytes = folder_read(original.served.path, &original.size);
    original.log = folder_read(original.wal, &original.log_size);
    ck_assert(original.bytes != NULL && original.log != NULL);
    served_shut(&original.served);
    original.told[original.pages.count++] = 0; /* the log's header */
    original.pages.pages = original.told;
    try_many(&original, kind);
    close_original(&original);
}

#define SPOIL_FILE_TEST(name, kind)                                                                \
    START_TEST(name)                                                                               \
    {                                                                                              \
        spoil_file(kind);                                                                          \
    }                                                                                              \
    END_TEST

#define SPOIL_LOG_TEST(name, kind)                                                                 \
    START_TEST(name)                                                                               \
    {                                                                                              \
        spoil_log(kind);                                                                           \
    }                                                                                              \
    END_TEST

SPOIL_FILE_TEST(test_a_file_cut_off_anywhere_is_refused_or_right, SPOIL_CUT)
SPOIL_FILE_TEST(test_a_file_with_a_flipped_bit_is_refused_or_right, SPOIL_BIT)
SPOIL_FILE_TEST(test_a_file_with_a_flipped_bit_in_a_row_is_refused_or_right, SPOIL_BIT_IN)
SPOIL_FILE_TEST(test_a_file_with_a_spoiled_header_is_refused_or_right, SPOIL_HEADER)
SPOIL_FILE_TEST(test_a_file_with_wrong_bytes_is_refused_or_right, SPOIL_RUN)
SPOIL_FILE_TEST(test_a_file_with_a_wrong_byte_in_a_row_is_refused_or_right, SPOIL_BYTE_IN)
SPOIL_FILE_TEST(test_a_file_with_two_pages_swapped_is_refused_or_right, SPOIL_SWAP)
SPOIL_FILE_TEST(test_a_file_with_a_page_of_rows_swapped_is_refused_or_right, SPOIL_SWAP_IN)
SPOIL_FILE_TEST(test_a_file_with_a_page_twice_is_refused_or_right, SPOIL_DOUBLE)
SPOIL_FILE_TEST(test_a_file_with_an_empty_page_is_refused_or_right, SPOIL_NOTHING)
SPOIL_FILE_TEST(test_a_file_with_a_page_of_noise_is_refused_or_right, SPOIL_NOISE)
SPOIL_LOG_TEST(test_a_log_cut_off_anywhere_is_refused_or_right_as_far_as_it_goes, SPOIL_CUT)
SPOIL_LOG_TEST(test_a_log_with_a_flipped_bit_is_refused_or_right_as_far_as_it_goes, SPOIL_BIT)
SPOIL_LOG_TEST(test_a_log_with_wrong_bytes_is_refused_or_right_as_far_as_it_goes, SPOIL_RUN)
SPOIL_LOG_TEST(test_a_log_with_parts_swapped_is_refused_or_right_as_far_as_it_goes, SPOIL_SWAP)

int main(void)
{
    const TTest *const tests[] = {
        test_a_file_cut_off_anywhere_is_refused_or_right,
        test_a_file_with_a_flipped_bit_is_refused_or_right,
        test_a_file_with_a_flipped_bit_in_a_row_is_refused_or_right,
        test_a_file_with_a_spoiled_header_is_refused_or_right,
        test_a_file_with_wrong_bytes_is_refused_or_right,
        test_a_file_with_a_wrong_byte_in_a_row_is_refused_or_right,
        test_a_file_with_two_pages_swapped_is_refused_or_right,
        test_a_file_with_a_page_of_rows_swapped_is_refused_or_right,
        test_a_file_with_a_page_twice_is_refused_or_right,
        test_a_file_with_an_empty_page_is_refused_or_right,
        test_a_file_with_a_page_of_noise_is_refused_or_right,
        test_a_log_cut_off_anywhere_is_refused_or_right_as_far_as_it_goes,
        test_a_log_with_a_flipped_bit_is_refused_or_right_as_far_as_it_goes,
        test_a_log_with_wrong_bytes_is_refused_or_right_as_far_as_it_goes,
        test_a_log_with_parts_swapped_is_refused_or_right_as_far_as_it_goes,
        NULL,
    };
    return unit_run("spoiled_files", tests);
}
