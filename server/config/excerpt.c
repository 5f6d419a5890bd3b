#include "config/excerpt.h"

#include <string.h>

struct config_excerpt config_excerpt_of(const char *text, size_t length)
{
    struct config_excerpt excerpt = {{0}};
    size_t shown = length;
    if (length > CONFIG_EXCERPT_LENGTH) {
        shown = CONFIG_EXCERPT_LENGTH;
        while (shown > 0 && ((unsigned char)text[shown] & 0xC0) == 0x80)
            shown--;
        memcpy(excerpt.text + shown, "...", sizeof "...");
    }
    memcpy(excerpt.text, text, shown);
    return excerpt;
}

struct config_excerpt config_excerpt(const char *text)
{
    return config_excerpt_of(text, strlen(text));
}
