#include "model/name.h"

#include "model/limits.h"

#include <string.h>

bool brain_name_is_valid(const char *name)
{
    size_t length = strlen(name);
    return length >= 1 && length <= BRAIN_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

bool checkpoint_name_is_valid(const char *name)
{
    return brain_name_is_valid(name);
}

bool checkpoint_is_automatic(const char *name)
{
    size_t length = strlen(name);
    return length >= 1 && length <= BRAIN_NAME_MAX && strspn(name, "0123456789") == length;
}
