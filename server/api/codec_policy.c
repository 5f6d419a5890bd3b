#include "api/codec_policy.h"

#include "api/codec_json.h"

#include <stdlib.h>
#include <string.h>

static enum err take_power(double power, const char *field, struct policy *out, struct fault *fault)
{
    if (!(power > 0 && power <= POLICY_POWER_MAX))
        return fault_set(fault, ERR_IMPOSSIBLE, field, "must be above 0 and at most %g",
                         POLICY_POWER_MAX);
    *out = (struct policy){.kind = POLICY_POWER, .power = power};
    return ERR_OK;
}

/* A policy that its name alone tells. */
static enum err take_name(const char *name, const char *allowed, struct policy *out,
                          struct fault *fault)
{
    enum policy_kind kind;
    if (policy_kind_parse(name, &kind) != ERR_OK || kind == POLICY_POWER)
        return fault_set(fault, ERR_IMPOSSIBLE, "policy", "must be %s", allowed);
    *out = (struct policy){.kind = kind};
    return ERR_OK;
}

enum err codec_policy(json_t *value, struct policy *out, struct fault *fault)
{
    if (json_is_string(value))
        return take_name(json_string_value(value), "\"sample\", \"greedy\" or {\"power\": t}", out,
                         fault);
    if (!json_is_object(value))
        return fault_set(fault, ERR_MALFORMED, "policy", "must be a string or {\"power\": t}");
    struct field power = {"power", NULL};
    enum err err = codec_fields(value, "policy.", &power, 1, fault);
    if (err != ERR_OK)
        return err;
    if (power.value == NULL)
        return fault_set(fault, ERR_MALFORMED, "policy.power", "is missing");
    if (!json_is_number(power.value))
        return fault_set(fault, ERR_MALFORMED, "policy.power", "must be a number");
    return take_power(json_number_value(power.value), "policy.power", out, fault);
}

enum err codec_policy_text(const char *text, struct policy *out, struct fault *fault)
{
    static const char head[] = "power:";
    if (strncmp(text, head, strlen(head)) != 0)
        return take_name(text, "sample, greedy or power:t", out, fault);
    const char *number = text + strlen(head);
    char *end;
    double power = strtod(number, &end);
    /* strtod() also reads blanks, a plus sign, hexadecimal and names of infinities. */
    if (*number == '\0' || *end != '\0' || strspn(number, "0123456789.eE+-") != strlen(number) ||
        *number == '+')
        return fault_set(fault, ERR_MALFORMED, "policy", "power: must be followed by a number");
    return take_power(power, "policy", out, fault);
}

void codec_add_policy(struct text *out, const struct policy *policy)
{
    if (policy->kind == POLICY_POWER)
        text_add_format(out, "{\"power\":%.17g}", policy->power);
    else
        codec_add_plain_string(out, policy_kind_name(policy->kind));
}
