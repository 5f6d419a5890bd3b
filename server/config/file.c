#include "config/file.h"

#include "base/file.h"
#include "base/text.h"
#include "config/excerpt.h"

#include <string.h>

#define BLANKS " \t\r\n\v\f"

enum err config_file_load(struct config_file *file, const char *path, struct fault *fault)
{
    struct fault why;
    size_t size = 0;
    enum err err = file_read(path, CONFIG_FILE_SIZE, file->text, &size, &why);
    if (err != ERR_OK)
        return fault_set(fault, err, NULL, "cannot read %s: %s", config_excerpt(path).text,
                         why.detail);
    if (memchr(file->text, '\0', size) != NULL)
        return fault_set(fault, ERR_MALFORMED, NULL, "%s is not a text file",
                         config_excerpt(path).text);
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

enum err config_file_check_path(const char *path, struct fault *fault)
{
    size_t length = strlen(path);
    bool is_trimmed = length == 0 ||
                      (strchr(BLANKS, path[0]) == NULL && strchr(BLANKS, path[length - 1]) == NULL);
    if (is_trimmed && strchr(path, '\n') == NULL && !has_trailing_comment(path))
        return ERR_OK;
    return fault_set(fault, ERR_IMPOSSIBLE, NULL,
                     "a path may not begin or end with a blank, hold a line's end, or a # after a"
                     " blank");
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
