#include "api/codec_problem.h"

#include "api/codec_json.h"
#include "base/fault.h"

#include <stdio.h>

void codec_encode_problem(const struct problem *problem, struct text *out)
{
    json_t *object =
        json_pack("{s:s, s:s, s:i, s:o}", "type", "about:blank", "title", problem->title, "status",
                  (int)problem->status, "detail", codec_readable(problem->detail));
    if (object != NULL && problem->field != NULL)
        json_object_set_new(object, "field", codec_readable(problem->field));
    codec_write(object, out);
}
