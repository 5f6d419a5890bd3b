#include "api/codec_policy.h"

#include "api/codec_json.h"

#include <stdio.h>
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
static enum err take_name(const char *name, const char *field, const char *allowed,
                          struct policy *out, struct fault *fault)
{
    enum policy_kind kind;
    if (policy_kind_parse(name, &kind) != ERR_OK || kind == POLICY_POWER)
        return fault_set(fault, ERR_IMPOSSIBLE, field, "must be %s", allowed);
    *out = (struct policy){.kind = kind};
    return ERR_OK;
}

static enum err decode_power(json_t *value, const char *name, struct policy *out,
                             struct fault *fault)
{
    char prefix[FAULT_FIELD_SIZE];
    char field[FAULT_FIELD_SIZE];
    snprintf(prefix, sizeof prefix, "%s.", name);
    snprintf(field, sizeof field, "%s.power", name);
    struct field power = {"power", NULL};
    enum err err = codec_fields(value, prefix, &power, 1, fault);
    if (err != ERR_OK)
        return err;
    if (power.value == NULL)
        return fault_set(fault, ERR_MALFORMED, field, "is missing");
    if (!json_is_number(power.value))
        return fault_set(fault, ERR_MALFORMED, field, "must be a number");
    return take_power(json_number_value(power.value), field, out, fault);
}

enum err codec_policy(json_t *value, const char *name, struct policy *out, struct fault *fault)
{
    if (json_is_string(value))
        return take_name(json_string_value(value), name, "\"sample\", \"greedy\" or {\"power\": t}",
                         out, fault);
    if (json_is_object(value))
        return decode_power(value, name, out, fault);
    return fault_set(fault, ERR_MALFORMED, name, "must be a string or {\"power\": t}");
}

enum err codec_policy_text(const char *text, struct policy *out, struct fault *fault)
{
    static const char head[] = "power:";
    if (strncmp(text, head, strlen(head)) != 0)
        return take_name(text, "policy", "sample, greedy or power:t", out, fault);
    const char *number = text + strlen(head);
    char *end;
    double power = strtod(number, &end);
    /* strtod() also reads blanks, a plus sign, hexadecimal and names of infinities. */
    if (*number == '\0' || *end != '\0' || strspn(number, "0123456789.eE+-") != strlen(number) ||
        *number == '+')
        return fault_set(fault, ERR_MALFORMED, "policy", "power: must be followed by a number");
    return take_power(power, "policy", out, fault);
}

json_t *codec_policy_value(const struct policy *policy)
{
    if (policy->kind == POLICY_POWER)
        return json_pack("{s:f}", "power", policy->power);
    return json_string(policy_kind_name(policy->kind));
}

void codec_add_policy(struct text *out, const struct policy *policy)
{
    if (policy->kind == POLICY_POWER)
        text_add_format(out, "{\"power\":%.17g}", policy->power);
    else
        codec_add_plain_string(out, policy_kind_name(policy->kind));
}
