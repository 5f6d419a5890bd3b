#include "http/field_list.h"

#include <string.h>
#include <strings.h>

/* A piece of a list. */
struct piece {
    const char *text;
    size_t size;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct piece trim(struct piece piece)
{
    while (piece.size > 0 && is_blank(piece.text[piece.size - 1]))
        piece.size--;
    for (; piece.size > 0 && is_blank(*piece.text); piece.size--)
        piece.text++;
    return piece;
}

/* Takes what stands before the next separator out of quotes; false at the end. */
static bool take(struct piece *rest, char separator, struct piece *out)
{
    if (rest->size == 0)
        return false;
    bool is_quoted = false;
    size_t end = 0;
    for (; end < rest->size && (is_quoted || rest->text[end] != separator); end++) {
        if (rest->text[end] == '"')
            is_quoted = !is_quoted;
    }
    *out = trim((struct piece){rest->text, end});
    end += end < rest->size;
    *rest = (struct piece){rest->text + end, rest->size - end};
    return true;
}

static bool is_word(struct piece piece, const char *word)
{
    return strlen(word) == piece.size && strncasecmp(piece.text, word, piece.size) == 0;
}

/* "0.25" is 250: a 0 or 1, and three decimals at most (RFC 9110, 12.4.2). */
static unsigned read_weight(struct piece text)
{
    unsigned weight = 0;
    unsigned unit = FIELD_WEIGHT_MAX;
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.text[i];
        if (i == 1 ? c != '.' : c < '0' || c > '9' || unit == 0)
            return 0;
        if (i == 1)
            continue;
        weight += (unsigned)(c - '0') * unit;
        unit /= 10;
    }
    return weight <= FIELD_WEIGHT_MAX ? weight : 0;
}

static unsigned weight_of(struct piece parameters)
{
    struct piece parameter;
    while (take(&parameters, ';', &parameter))
        if (parameter.size >= 2 && strncasecmp(parameter.text, "q=", 2) == 0)
            return read_weight((struct piece){parameter.text + 2, parameter.size - 2});
    return FIELD_WEIGHT_MAX;
}

static bool find(struct piece list, const char *name, unsigned *out_weight)
{
    struct piece element;
    struct piece own_name;
    while (take(&list, ',', &element))
        if (take(&element, ';', &own_name) && is_word(own_name, name)) {
            *out_weight = weight_of(element);
            return true;
        }
    return false;
}

unsigned field_list_weight(const char *list, size_t size, const char *const names[])
{
    unsigned weight = 0;
    for (; *names != NULL; names++)
        if (find((struct piece){list, size}, *names, &weight))
            break;
    return weight;
}

static struct piece without_weakness(struct piece tag)
{
    const size_t mark = tag.size > 2 && memcmp(tag.text, "W/", 2) == 0 ? 2 : 0;
    return (struct piece){tag.text + mark, tag.size - mark};
}

bool field_list_has_tag(const char *list, size_t size, const char *tag)
{
    const struct piece wanted = without_weakness((struct piece){tag, strlen(tag)});
    struct piece rest = {list, size};
    struct piece element;
    if (is_word(trim(rest), "*"))
        return true;
    while (take(&rest, ',', &element)) {
        element = without_weakness(element);
        if (element.size == wanted.size && memcmp(element.text, wanted.text, wanted.size) == 0)
            return true;
    }
    return false;
}
