/* The file that PUT /brains/{name}/import takes, as a text of its own making. */
#include "api/codec_brain_file.h"
#include "fuzz/fuzz.h"
#include "support/tables.h"

#include <stdlib.h>

enum { CELLS = 9 };

static enum err fill(const struct brain_file *file, const struct brain_request *request,
                     struct fault *fault)
{
    enum err err = rule_check(&request->rule, CELLS, fault);
    if (err != ERR_OK)
        return err;
    struct brain *table = tables_fresh(&request->rule);
    err = codec_fill_brain_file(file, table, fault);
    if (err == ERR_OK)
        fuzz_require(tables_sound(table));
    brain_destroy(table);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct brain_file *file;
    struct brain_request request;
    struct fault fault;
    char *body = fuzz_copy(bytes, size);
    enum err err = codec_parse_brain_file(body, size, &file, &request, &fault);
    free(body);
    if (err == ERR_OK) {
        err = fill(file, &request, &fault);
        codec_free_brain_file(file);
    }
    if (err != ERR_OK)
        fuzz_require_answerable(&fault);
    return 0;
}
