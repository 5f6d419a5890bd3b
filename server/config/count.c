#include "config/count.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    GROUP_DIGITS = 3, /* between two separators */
    POWER_DIGITS = 2, /* of an exponent; a long has 19 digits */
};

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static long times_ten_plus(long number, int digit)
{
    return number > (LONG_MAX - digit) / 10 ? LONG_MAX : number * 10 + digit;
}

static const char *read_digits(const char *text, long *number)
{
    for (; is_digit(*text); text++)
        *number = times_ten_plus(*number, *text - '0');
    return text;
}

static bool separates(const char *text)
{
    return *text != '\0' && strchr(",_ ", *text) != NULL && is_digit(text[1]);
}

/* Digits, or groups of three with separators between them. NULL: neither. */
static const char *read_whole(const char *text, long *number)
{
    const char *rest = read_digits(text, number);
    bool is_whole = rest > text && (rest - text <= GROUP_DIGITS || !separates(rest));
    while (is_whole && separates(rest)) {
        const char *group = rest + 1;
        rest = read_digits(group, number);
        is_whole = rest - group == GROUP_DIGITS;
    }
    return is_whole ? rest : NULL;
}

/* What stands behind the digits and says how often they are multiplied by ten: "e6", "k", " M". */
static const char *read_power(const char *text, long *power)
{
    static const struct {
        const char *letters;
        long power;
    } units[] = {{"kK", 3}, {"mM", 6}, {"gGbB", 9}};
    if (*text == 'e' || *text == 'E') {
        const char *end = read_digits(text + 1, power);
        return end > text + 1 && end <= text + 1 + POWER_DIGITS ? end : NULL;
    }
    text += *text == ' ' ? 1 : 0;
    for (size_t i = 0; *text != '\0' && i < sizeof units / sizeof units[0]; i++) {
        *power = units[i].power;
        if (strchr(units[i].letters, *text) != NULL)
            return text + 1;
    }
    return NULL;
}

/* The digits behind a point, as many as count: zeros at the end do not. Each takes a power away. */
static const char *read_part(const char *text, long *number, long *power)
{
    const char *end = text + strspn(text, "0123456789");
    const char *last = end;
    while (last > text && last[-1] == '0')
        last--;
    for (const char *digit = text; digit < last; digit++, (*power)--)
        *number = times_ten_plus(*number, *digit - '0');
    return end > text ? end : NULL;
}

bool config_count_read(const char *text, long *out_count)
{
    bool is_negative = *text == '-';
    long number = 0;
    long missing = 0;
    long power = 0;
    const char *rest = read_whole(text + is_negative, &number);
    bool has_part = rest != NULL && *rest == '.';
    if (has_part)
        rest = read_part(rest + 1, &number, &missing);
    if (rest != NULL && (has_part || *rest != '\0'))
        rest = read_power(rest, &power);
    if (rest == NULL || *rest != '\0' || power + missing < 0)
        return false;
    for (power += missing; power > 0; power--)
        number = times_ten_plus(number, 0);
    *out_count = !is_negative ? number : number == LONG_MAX ? LONG_MIN : -number;
    return true;
}

const char *config_number_scan(const char *text, long *out_number)
{
    char *end;
    if (!is_digit(text[text[0] == '-' ? 1 : 0]))
        return NULL;
    *out_number = strtol(text, &end, 10);
    return end;
}
