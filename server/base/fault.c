#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

enum err fault_set(struct fault *fault, enum err err, const char *field, const char *format, ...)
{
    fault->err = err;
    snprintf(fault->field, sizeof fault->field, "%s", field != NULL ? field : "");
    va_list args;
    va_start(args, format);
    vsnprintf(fault->detail, sizeof fault->detail, format, args);
    va_end(args);
    return err;
}
