/*
 * PUT /brains/{name}/import, all the way to the disk. The input edits a file of a brain that was
 * trained; its first byte says under which rule. What is taken must come out of an export as it
 * went in.
 */
#include "api/codec_brain_file.h"
#include "fuzz/fuzz.h"
#include "support/served.h"
#include "support/editions.h"
#include "support/tables.h"

#include <stdlib.h>
#include <string.h>

static const enum rule_kind kinds[] = {RULE_BEADS, RULE_MENACE, RULE_GUARD};
enum { KINDS = sizeof kinds / sizeof kinds[0], MATCHES = 500 };

static struct served served;
static struct text files[KINDS];

static void write_file(struct edition *edition, struct text *out)
{
    struct stream *stream = codec_stream_brain_file(edition);
    size_t before;
    fuzz_require(stream != NULL);
    do {
        before = out->size;
        stream->next(stream, out);
    } while (out->size > before);
    fuzz_require(!out->failed);
    stream->free(stream);
    edition_let_go(edition);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    served_open(&served);
    for (unsigned i = 0; i < KINDS; i++) {
        const struct rule rule = tables_rule(kinds[i], true);
        write_file(editions_of(tables_played_by(&rule, i + 1, MATCHES)), &files[i]);
    }
    return 0;
}

/* Reads a file as the handler does. */
static enum err read_file(const struct text *body, struct brain_request *request,
                          struct edition **out, struct fault *fault)
{
    struct brain_file *file;
    struct edition *edition = NULL;
    enum err err = codec_parse_brain_file(body->bytes, body->size, &file, request, fault);
    if (err != ERR_OK)
        return err;
    struct brain_order order = {.name = "b", .game = request->game, .rule = request->rule};
    err = service_new_table(served.service, &order, &edition, fault);
    if (err == ERR_OK)
        err = codec_fill_brain_file(file, edition->table, fault);
    if (err == ERR_OK)
        err = service_check_proofs(served.service, edition->table, fault);
    codec_free_brain_file(file);
    if (err == ERR_OK)
        *out = edition;
    else
        edition_let_go(edition);
    return err;
}

static void import(const struct brain_request *request, struct edition *edition)
{
    struct served_call call = served_call();
    struct fault fault;
    struct brain_order order = {.name = "b", .game = request->game, .rule = request->rule};
    enum created created =
        service_import_brain(served.service, &order, edition, &call.call, &fault);
    edition_let_go(edition);
    fuzz_require(created == CREATED_LATER);
    fuzz_require(served_wait(&served, &call) == ERR_OK);
}

static void require_same_when_exported(const char *digest)
{
    struct brain_info info;
    struct edition *edition;
    struct edition *again;
    struct brain_request request;
    struct fault fault;
    struct text file = {0};
    char exported[BRAIN_DIGEST_SIZE];
    fuzz_require(service_digest_brain(served.service, "b", &info, exported, &fault) == ERR_OK);
    fuzz_require(strcmp(digest, exported) == 0);
    fuzz_require(service_hold_table(served.service, "b", &edition, &fault) == ERR_OK);
    write_file(edition, &file);
    fuzz_require_json(&file);
    fuzz_require(read_file(&file, &request, &again, &fault) == ERR_OK);
    edition_let_go(again);
    text_free(&file);
}

static void delete_brain(void)
{
    struct served_call call = served_call();
    struct fault fault;
    fuzz_require(service_delete_brain(served.service, "b", &call.call, &fault) == ERR_OK);
    fuzz_require(served_wait(&served, &call) == ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    const struct text *file = &files[fuzz_byte(&input) % KINDS];
    struct text body = {0};
    struct brain_request request;
    struct brain *table;
    struct fault fault;
    text_add(&body, file->bytes, file->size);
    fuzz_edit(&input, &body);
    if (read_file(&body, &request, &table, &fault) == ERR_OK) {
        char digest[BRAIN_DIGEST_SIZE];
        fuzz_require(tables_sound(table));
        brain_digest(table, digest);
        import(&request, table);
        require_same_when_exported(digest);
        delete_brain();
    } else {
        fuzz_require_answerable(&fault);
    }
    text_free(&body);
    return 0;
}
