#include "config_file.h"

#include "base/text.h"
#include "config_value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t\r\n\v\f"

enum err config_file_load(struct config_file *file, const char *path, struct fault *fault)
{
    FILE *in = fopen(path, "re");
    size_t size = in == NULL ? 0 : fread(file->text, 1, CONFIG_FILE_SIZE, in);
    bool failed = in == NULL || ferror(in);
    int error = errno;
    if (in != NULL)
        fclose(in);
    if (failed)
        return fault_set(fault, ERR_IO, NULL, "cannot read %s: %s", config_excerpt(path).text,
                         strerror(error));
    if (size == CONFIG_FILE_SIZE)
        return fault_set(fault, ERR_TOO_LARGE, NULL, "%s is longer than %d bytes",
                         config_excerpt(path).text, CONFIG_FILE_SIZE - 1);
    if (memchr(file->text, '\0', size) != NULL)
        return fault_set(fault, ERR_MALFORMED, NULL, "%s is not a text file",
                         config_excerpt(path).text);
    file->text[size] = '\0';
    file->rest = file->text + text_mark_size(file->text, size);
    file->line = 0;
    return ERR_OK;
}

static char *trim(char *text)
{
    text += strspn(text, BLANKS);
    size_t length = strlen(text);
    while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

/* A # after a blank may open a comment or belong to the value: a guess could cut a path. */
static bool has_trailing_comment(const char *value)
{
    const char *sign = strchr(value, '#');
    while (sign != NULL && sign != value && strchr(BLANKS, sign[-1]) == NULL)
        sign = strchr(sign + 1, '#');
    return sign != NULL;
}

bool config_file_can_hold(const char *value)
{
    size_t length = strlen(value);
    bool is_trimmed = length == 0 || (strchr(BLANKS, value[0]) == NULL &&
                                      strchr(BLANKS, value[length - 1]) == NULL);
    return is_trimmed && strchr(value, '\n') == NULL && !has_trailing_comment(value);
}

static struct config_entry split_line(char *line, unsigned number)
{
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return (struct config_entry){.line = number, .name = line};
    *equals = '\0';
    const char *value = trim(equals + 1);
    return (struct config_entry){.line = number,
                                 .name = trim(line),
                                 .value = value,
                                 .has_comment = has_trailing_comment(value)};
}

bool config_file_next(struct config_file *file, struct config_entry *out_entry)
{
    while (file->rest != NULL) {
        char *line = trim(strsep(&file->rest, "\n"));
        file->line++;
        if (line[0] == '\0' || line[0] == '#')
            continue;
        *out_entry = split_line(line, file->line);
        return true;
    }
    return false;
}
