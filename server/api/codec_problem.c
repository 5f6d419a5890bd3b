#include "api/codec_problem.h"

#include "api/codec_json.h"
#include "base/fault.h"

#include <stdio.h>

/* A text that quotes a request may have been cut within a character: then all that is not ASCII
 * shows as '?'. */
static json_t *readable(const char *text)
{
    json_t *string = json_string(text);
    if (string != NULL)
        return string;
    char ascii[FAULT_DETAIL_SIZE];
    snprintf(ascii, sizeof ascii, "%s", text);
    for (char *c = ascii; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    return json_string(ascii);
}

void codec_encode_problem(const struct problem *problem, struct text *out)
{
    json_t *object =
        json_pack("{s:s, s:s, s:i, s:o}", "type", "about:blank", "title", problem->title, "status",
                  (int)problem->status, "detail", readable(problem->detail));
    if (object != NULL && problem->field != NULL)
        json_object_set_new(object, "field", readable(problem->field));
    codec_write(object, out);
}
