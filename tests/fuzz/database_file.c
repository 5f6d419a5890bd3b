#include "fuzz/database_file.h"

#include "fuzz/asked.h"
#include "support/stored.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct text sound; /* the bytes of a database that is */

static void remove_files(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (unsigned i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char name[FOLDER_PATH_SIZE + 16];
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

/* One that has played against a copy of itself, and one that has learned a match since. */
static void train_network(struct served *served)
{
    static const char *const names[] = {"n", "taught"};
    for (unsigned i = 0; i < 2; i++) {
        struct brain_order brain = served_brain_order(names[i]);
        brain.rule = rule_default(RULE_PATTERNS);
        fuzz_require(game_parse("3x1r3", &brain.game) == ERR_OK); /* small */
        served_create(served, &brain);
    }
    struct job_order job = served_job_order(2, 30);
    job.brain = "n";
    job.learners = LEARN_PLAYER1;
    job.opponent = JOB_OPPONENT_BRAIN;
    job.opponent_brain = "n";
    served_wait_over(served, served_begin(served, &job));
    struct text match = {0};
    text_add_string(&match, "{\"brain\":\"taught\",\"moves\":[0,1,2]}");
    struct answer answer = asked(served, HTTP_POST, "/match", &match);
    fuzz_require(asked_well(&answer));
    text_free(&answer.body);
    text_free(&match);
}

static void train(struct served *served)
{
    struct brain_order brain = served_brain_order("b");
    struct job_order job = served_job_order(1, 30);
    brain.rule = rule_default(RULE_GUARD);
    brain.rule.symmetry = true; /* small */
    served_create(served, &brain);
    job.brain = "b";
    job.learners = LEARN_PLAYER1;
    job.opponent = JOB_OPPONENT_BRAIN;
    job.opponent_brain = "b";
    job.until = (struct until){.kind = UNTIL_EXPLOITABILITY_BELOW, .below = 0.001};
    served_wait_over(served, served_begin(served, &job));
    train_network(served);
    struct served_call call = served_call();
    struct fault fault;
    fuzz_require(service_delete_brain(served->service, "default", &call.call, &fault) == ERR_OK);
    fuzz_require(served_wait(served, &call) == ERR_OK);
}

void database_file_prepare(void)
{
    struct served served;
    size_t size;
    served_open(&served);
    train(&served);
    served_shut(&served);
    stored_sql(served.path,
               "INSERT INTO job (id, brain_id, state, matches, workers, seed, learners, schedule,"
               " until_below, until_power, created_at)"
               " SELECT 5 - id, brain_id, 'running', 40, 2, '7', 3, schedule, 0, 0, created_at"
               " FROM job" STORED_SEAL);
    stored_sql(served.path, "VACUUM");
    sound.bytes = folder_read(served.path, &size);
    sound.size = sound.capacity = size;
    folder_remove(&served.folder);
}

/* Values for columns. */

static const char *const columns[][2] = {{"brain", "id"},
                                         {"brain", "name"},
                                         {"brain", "game"},
                                         {"brain", "rule"},
                                         {"brain", "scoring"},
                                         {"brain", "start_weight"},
                                         {"brain", "reward"},
                                         {"brain", "penalty"},
                                         {"brain", "draw_reward"},
                                         {"brain", "halve_above"},
                                         {"brain", "explore"},
                                         {"brain", "symmetry"},
                                         {"brain", "step_size"},
                                         {"brain", "trace_decay"},
                                         {"brain", "created_at"},
                                         {"brain", "saved_at"},
                                         {"brain", "life"},
                                         {"brain", "lessons"},
                                         {"brain", "matches"},
                                         {"brain", "drawn"},
                                         {"brain", "table_digest"},
                                         {"brain_table", "table_blob"},
                                         {"lesson", "number"},
                                         {"lesson", "learners"},
                                         {"lesson", "moves"},
                                         {"lesson", "learned_at"},
                                         {"job", "id"},
                                         {"job", "brain_id"},
                                         {"job", "state"},
                                         {"job", "ended_by"},
                                         {"job", "matches"},
                                         {"job", "workers"},
                                         {"job", "seed"},
                                         {"job", "learners"},
                                         {"job", "schedule"},
                                         {"job", "opponent"},
                                         {"job", "opponent_brain"},
                                         {"job", "opponent_look"},
                                         {"job", "opponent_blob"},
                                         {"job", "until"},
                                         {"job", "until_below"},
                                         {"job", "until_above"},
                                         {"job", "until_policy"},
                                         {"job", "until_power"},
                                         {"job", "matches_done"},
                                         {"job", "won_by_player1"},
                                         {"job", "won_by_player2"},
                                         {"job", "drawn"},
                                         {"job", "running_ms"},
                                         {"job", "created_at"},
                                         {"job", "started_at"},
                                         {"job", "finished_at"},
                                         {"job", "error"},
                                         {"curve_point", "matches"},
                                         {"curve_point", "evaluations"},
                                         {"checkpoint", "name"},
                                         {"checkpoint", "matches"},
                                         {"checkpoint", "created_at"},
                                         {"checkpoint", "life"},
                                         {"checkpoint", "table_blob"}};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static void bind_value(struct fuzz_input *input, sqlite3_stmt *update)
{
    const uint8_t type = fuzz_byte(input);
    size_t size = fuzz_byte(input);
    size = size <= input->size ? size : input->size;
    const char *bytes = (const char *)input->bytes;
    int64_t number = 0;
    double real = 0;
    memcpy(&number, bytes, size < sizeof number ? size : sizeof number);
    memcpy(&real, &number, sizeof real);
    switch (type % 5) {
    case 1:
        sqlite3_bind_int64(update, 1, number);
        break;
    case 2:
        sqlite3_bind_double(update, 1, real);
        break;
    case 3:
        sqlite3_bind_text(update, 1, bytes, (int)size, SQLITE_TRANSIENT);
        break;
    case 4:
        sqlite3_bind_blob(update, 1, bytes, (int)size, SQLITE_TRANSIENT);
        break;
    default:
        break; /* NULL */
    }
    input->bytes += size;
    input->size -= size;
}

/* There are four jobs, of a table the first and the fourth, and three brains, from 2 on: the choice
 * of a column is also which of them is changed. */
static void write_update(uint8_t choice, char *out, size_t size)
{
    const char *const *column = columns[choice % COLUMNS];
    const unsigned which = choice / COLUMNS;
    int length = snprintf(out, size, "UPDATE %s SET %s = ?", column[0], column[1]);
    if (strcmp(column[0], "job") == 0)
        snprintf(out + length, size - (size_t)length, " WHERE id %% 4 = %u", which % 4);
    if (strcmp(column[0], "brain") == 0)
        snprintf(out + length, size - (size_t)length, " WHERE (id + 1) %% 3 = %u", which % 3);
    if (strcmp(column[0], "brain_table") == 0)
        snprintf(out + length, size - (size_t)length, " WHERE (brain_id + 1) %% 3 = %u", which % 3);
}

/* What the schema does not allow fails, and changes nothing. */
static void put_values(const char *path, struct fuzz_input *input)
{
    sqlite3 *database;
    fuzz_require(sqlite3_open(path, &database) == SQLITE_OK);
    fuzz_require(row_digest_register(database) == ERR_OK);
    while (input->size > 0) {
        char sql[128];
        sqlite3_stmt *update;
        write_update(fuzz_byte(input), sql, sizeof sql);
        fuzz_require(sqlite3_prepare_v2(database, sql, -1, &update, NULL) == SQLITE_OK);
        bind_value(input, update);
        sqlite3_step(update);
        sqlite3_finalize(update);
    }
    sqlite3_exec(database, STORED_SEAL, NULL, NULL, NULL); /* or nothing else would be found */
    sqlite3_close(database);
}

void database_file_make(const char *path, struct fuzz_input *input)
{
    enum { ITSELF, BYTES, VALUES, KINDS };
    struct text text = {0};
    const uint8_t kind = fuzz_byte(input) % KINDS;
    remove_files(path);
    if (kind == ITSELF) {
        folder_write(path, input->bytes, input->size);
        return;
    }
    text_add(&text, sound.bytes, sound.size);
    if (kind == BYTES)
        fuzz_edit(input, &text);
    folder_write(path, text.bytes, text.size);
    text_free(&text);
    if (kind == VALUES)
        put_values(path, input);
}
