/* The usage page, and the options as a config file. */
#include "config/config.h"
#include "config/option.h"

#include <string.h>

enum { HELP_COLUMN = 37 };

static void print_option(FILE *out, const struct config_option *option)
{
    char form[CONFIG_FORM_SIZE] = "";
    char head[CONFIG_FORM_SIZE + CONFIG_NAME_SIZE + 8];
    if (config_option_takes_value(option) && option->value.kind != CONFIG_KIND_SWITCH)
        config_value_form(&option->value, form);
    snprintf(head, sizeof head, "  --%s %s", option->flag, form);
    if (strlen(head) >= HELP_COLUMN)
        fprintf(out, "%s\n%*s%s\n", head, HELP_COLUMN, "", option->help);
    else
        fprintf(out, "%-*s%s\n", HELP_COLUMN, head, option->help);
    if (!config_option_takes_value(option))
        return;
    char range[CONFIG_FORM_SIZE];
    config_value_range(&option->value, range);
    fprintf(out, "%*s%s%sdefault: %s; %s\n", HELP_COLUMN, "", range, range[0] == '\0' ? "" : "; ",
            option->default_text == NULL ? "none" : option->default_text, option->env);
}

void config_print_help(FILE *out)
{
    fputs(
        "Usage: ttstd [serve] [OPTION]...        learns board games by self-play, serves moves "
        "over "
        "HTTP\n"
        "       ttstd health [URL] [OPTION]...   asks a daemon whether it is alive: exit status 0 "
        "or 1\n"
        "       ttstd check FILE                 says whether a database is sound: exit status 0 "
        "or "
        "1\n"
        "       ttstd backup FILE TO             copies a database, also one that a daemon is "
        "using\n\n",
        out);
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++)
        print_option(out, &config_options[i]);
    fputs("\nA DURATION is a whole number of ms, s or m: 500ms, 1s, 2m; a SIZE one of k, m or g: "
          "64m.\n"
          "A flag is stronger than its environment variable, that than a line `option = value` in\n"
          "the config file, that than the default. In the file, # opens a line of comment.\n",
          out);
}

static bool is_absent(const struct config_value *value, const void *field)
{
    const char *path = field;
    const unsigned *count = field;
    if (value->kind == CONFIG_KIND_PATH)
        return path[0] == '\0';
    return config_kind_is_list(value->kind) && *count == 0;
}

static void print_line(const struct config *config, const struct config_option *option, FILE *out)
{
    const void *field = (const char *)config + option->offset;
    char form[CONFIG_FORM_SIZE];
    char text[CONFIG_PATH_SIZE];
    if (is_absent(&option->value, field)) {
        config_value_form(&option->value, form);
        fprintf(out, "# %s = %s\n", option->flag, form);
        return;
    }
    config_value_format(&option->value, field, text);
    fprintf(out, "%s = %s\n", option->flag, text);
}

void config_print(const struct config *config, FILE *out)
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &config_options[i];
        const bool is_file = option->offset == offsetof(struct config, config_file);
        if (config_option_takes_value(option) && !is_file) /* a file cannot name another one */
            print_line(config, option, out);
    }
}
