#include "api/policy.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

/* A policy that its name alone tells. */
static bool take_name(const char *name, struct policy *out)
{
    enum policy_kind kind;
    if (policy_kind_parse(name, &kind) != ERR_OK || kind == POLICY_POWER)
        return false;
    *out = (struct policy){.kind = kind};
    return true;
}

static bool take_power(double power, struct policy *out)
{
    if (!(power > 0 && power <= POLICY_POWER_MAX))
        return false;
    *out = (struct policy){.kind = POLICY_POWER, .power = power};
    return true;
}

#define POWER_RANGE "must be above 0 and at most %g"

static void read_power(struct fields *in, const char *name, struct policy *out)
{
    struct fields object;
    double power = 1;
    if (!fields_object(in, name, &object))
        return;
    fields_need(&object, "power");
    fields_number(&object, "power", &power);
    if (!take_power(power, out))
        fields_refuse(&object, ERR_IMPOSSIBLE, "power", POWER_RANGE, POLICY_POWER_MAX);
    (void)fields_end(&object);
}

void policy_read(struct fields *in, const char *name, struct policy *out)
{
    const char *word = "";
    switch (fields_kind(in, name)) {
    case FIELD_MISSING:
        break;
    case FIELD_STRING:
        fields_string(in, name, &word);
        if (!take_name(word, out))
            fields_refuse(in, ERR_IMPOSSIBLE, name,
                          "must be \"sample\", \"greedy\" or {\"power\": t}");
        break;
    case FIELD_OBJECT:
        read_power(in, name, out);
        break;
    default:
        fields_refuse(in, ERR_MALFORMED, name, "must be a string or {\"power\": t}");
    }
}

enum err policy_read_parameter(const char *text, struct policy *out, struct fault *fault)
{
    static const char head[] = "power:";
    if (text == NULL)
        return ERR_OK;
    if (strncmp(text, head, strlen(head)) != 0)
        return take_name(text, out) ? ERR_OK
                                    : fault_set(fault, ERR_IMPOSSIBLE, "policy",
                                                "must be sample, greedy or power:t");
    const char *number = text + strlen(head);
    char *end;
    double power = strtod(number, &end);
    /* strtod() also reads blanks, a plus sign, hexadecimal and names of infinities. */
    if (*number == '\0' || *end != '\0' || strspn(number, "0123456789.eE+-") != strlen(number) ||
        *number == '+')
        return fault_set(fault, ERR_MALFORMED, "policy", "power: must be followed by a number");
    return take_power(power, out)
               ? ERR_OK
               : fault_set(fault, ERR_IMPOSSIBLE, "policy", POWER_RANGE, POLICY_POWER_MAX);
}

void policy_add(struct text *out, const struct policy *policy)
{
    if (policy->kind != POLICY_POWER) {
        json_add_string(out, "policy", policy_kind_name(policy->kind));
        return;
    }
    json_open(out, "policy", '{');
    json_key(out, "power");
    text_add_format(out, "%.17g", policy->power); /* all digits, so that it is read back the same */
    json_end(out, '}');
}
