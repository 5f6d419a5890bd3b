/*
 * config - the table of options, and how flags, environment and file become values.
 *
 * A row of the table holds everything that is known of an option; messages and the usage page come
 * from it as well. A row names the kind of its values, and the kind (config_value.h) knows how text
 * becomes one; defaults pass through the same kinds as what the operator writes. The sources are
 * applied weakest first (defaults, file, environment, flags), each writing over the one before.
 *
 * In this file the verdict CONFIG_SERVE means: nothing wrong so far.
 *
 * Invariants
 * 1. The caller's config is written only when every option of every source is right.
 * 2. Every value given is checked, also one that a stronger source overrides.
 * 3. No value is cut to fit its field; what is too long is refused. Only messages are shortened.
 * 4. A message is one line: control characters that come from outside are replaced.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define BLANKS " \t\r\n\v\f"

enum {
    NAME_SIZE = 32,          /* more than any option's name, with its NUL */
    FILE_SIZE = 64 * 1024,   /* every path option at its longest, and comments; not a disk image */
    SUGGESTION_DISTANCE = 2, /* a swapped pair or two wrong letters; more would be a guess */
    HELP_COLUMN = 37,
};

struct config_option {
    const char *flag;             /* without the two dashes; also the name in the file */
    const char *env;              /* NULL for a flag without a value */
    enum config_verdict verdict;  /* of a flag without a value, else CONFIG_SERVE */
    size_t offset;                /* of the field in struct config */
    struct config_value value;    /* what it must be */
    const char *default_text;     /* NULL: none */
    long (*default_number)(void); /* where the machine decides; default_text describes it */
    const char *help;
};

#define FIELD(name) .offset = offsetof(struct config, name)

static long online_cores(void);

static const char *const log_levels[] = {"error", "warn", "info", "debug", NULL};
_Static_assert(LOG_ERROR == 0 && LOG_WARN == 1 && LOG_INFO == 2 && LOG_DEBUG == 3,
               "log_levels names enum log_level in order");
_Static_assert(sizeof(enum log_level) == sizeof(unsigned), "choices are stored as unsigned");

/* clang-format off */
static const struct config_option options[] = {
    {.flag = "listen", .env = "TTSTD_LISTEN", FIELD(listen),
     .value = {.kind = CONFIG_KIND_ADDRESS, .min = 0, .max = UINT16_MAX},
     .default_text = "127.0.0.1:8080",
     .help = "IPv4:PORT or [IPv6]:PORT to serve on; port 0: a free one"},
    {.flag = "database", .env = "TTSTD_DATABASE", FIELD(database),
     .value = {.kind = CONFIG_KIND_PATH},
     .default_text = "ttst.db",
     .help = "where brains and jobs are kept"},
    {.flag = "training-threads", .env = "TTSTD_TRAINING_THREADS", FIELD(training_threads),
     .value = {.kind = CONFIG_KIND_INTEGER, .min = 1, .max = 64},
     .default_text = "one per online core", .default_number = online_cores,
     .help = "threads that train"},
    {.flag = "save-interval", .env = "TTSTD_SAVE_INTERVAL", FIELD(save_interval_ms),
     .value = {.kind = CONFIG_KIND_DURATION, .min = 10, .max = 60L * 60 * 1000},
     .default_text = "1s",
     .help = "time between two saves of what was learned"},
    {.flag = "log-level", .env = "TTSTD_LOG_LEVEL", FIELD(log_level),
     .value = {.kind = CONFIG_KIND_CHOICE, .choices = log_levels},
     .default_text = "info",
     .help = "the least urgent lines to log"},
    {.flag = "config", .env = "TTSTD_CONFIG", FIELD(config_file),
     .value = {.kind = CONFIG_KIND_PATH},
     .help = "file with lines `option = value`"},
    {.flag = "help", .verdict = CONFIG_HELP,
     .help = "print this page"},
    {.flag = "version", .verdict = CONFIG_VERSION,
     .help = "print the version"},
};
/* clang-format on */

enum { OPTION_COUNT = sizeof options / sizeof options[0] };

/* What one config_read() knows so far. */
struct reading {
    struct config config;
    const char *flags[OPTION_COUNT];       /* the values given; NULL where none is */
    const char *environment[OPTION_COUNT]; /* likewise */
    unsigned lines[OPTION_COUNT];          /* the file's line that gave it; 0 where none did */
    char place[CONFIG_PATH_SIZE + 64];     /* what a complaint is about; opens the message */
    char *message;
    size_t message_size;
};

/* The words of the command line, taken from the front. */
struct words {
    int count;
    int next;
    char *const *word;
};

__attribute__((format(printf, 2, 3))) static void set_place(struct reading *reading,
                                                            const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reading->place, sizeof reading->place, format, arguments);
    va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static enum config_verdict complain(struct reading *reading,
                                                                          const char *format, ...)
{
    size_t used = 0;
    if (reading->place[0] != '\0')
        used = (size_t)snprintf(reading->message, reading->message_size, "%s: ", reading->place);
    if (used < reading->message_size) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(reading->message + used, reading->message_size - used, format, arguments);
        va_end(arguments);
    }
    for (size_t i = 0; i < reading->message_size && reading->message[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)reading->message[i];
        if (byte < ' ' || byte == 0x7F)
            reading->message[i] = '?';
    }
    return CONFIG_UNUSABLE;
}

static long online_cores(void)
{
    return sysconf(_SC_NPROCESSORS_ONLN);
}

static bool takes_value(const struct config_option *option)
{
    return option->env != NULL;
}

static enum config_verdict set_option(struct reading *reading, const struct config_option *option,
                                      const char *text)
{
    if (text[0] == '\0')
        return complain(reading, "the value is empty");
    void *field = (char *)&reading->config + option->offset;
    struct fault fault;
    if (config_value_parse(&option->value, text, field, &fault) != ERR_OK)
        return complain(reading, "%s", fault.detail);
    return CONFIG_SERVE;
}

static void set_defaults(struct reading *reading)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct config_option *option = &options[i];
        if (option->default_number != NULL) {
            config_value_store_nearest(&option->value, option->default_number(),
                                       (char *)&reading->config + option->offset);
        } else if (option->default_text != NULL) {
            enum config_verdict verdict = set_option(reading, option, option->default_text);
            assert(verdict == CONFIG_SERVE);
        }
    }
}

static const struct config_option *find_option(const char *name, size_t length)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strlen(options[i].flag) == length && memcmp(options[i].flag, name, length) == 0)
            return &options[i];
    }
    return NULL;
}

/* The option that names the file. */
static const struct config_option *file_option(void)
{
    return find_option("config", strlen("config"));
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The fewest insertions, deletions and replacements that turn `a` into `b` (Levenshtein); `row`
 * is the row of the usual table for the first i letters of `a`. */
static size_t edit_distance(const char *a, size_t a_length, const char *b)
{
    size_t row[NAME_SIZE];
    size_t b_length = strlen(b);
    assert(b_length < NAME_SIZE);
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

/* What a misspelt name most likely meant, or NULL. */
static const struct config_option *nearest_option(const char *name, size_t length)
{
    const struct config_option *nearest = NULL;
    size_t nearest_distance = SUGGESTION_DISTANCE + 1;
    if (length >= NAME_SIZE)
        return NULL;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        size_t distance = edit_distance(name, length, options[i].flag);
        if (distance < nearest_distance) {
            nearest_distance = distance;
            nearest = &options[i];
        }
    }
    return nearest;
}

static enum config_verdict complain_unknown_flag(struct reading *reading, const char *word)
{
    size_t length = strcspn(word, "=");
    size_t dashes = strspn(word, "-");
    const struct config_option *nearest =
        length > dashes ? nearest_option(word + dashes, length - dashes) : NULL;
    if (nearest == NULL)
        return complain(reading, "unknown option %s (try ttstd --help)",
                        config_excerpt_of(word, length).text);
    return complain(reading, "unknown option %s (did you mean --%s?)",
                    config_excerpt_of(word, length).text, nearest->flag);
}

static enum config_verdict complain_bare_word(struct reading *reading, const char *word)
{
    if (strcmp(word, "serve") == 0)
        return complain(reading, "the command 'serve' must come first, once (try ttstd --help)");
    return complain(reading, "unknown command '%s' (try ttstd --help)", config_excerpt(word).text);
}

/* A word that opens with two dashes is the next flag; `--flag=--value` still gives such a value. */
static const char *take_value(struct words *words)
{
    if (words->next == words->count || strncmp(words->word[words->next], "--", 2) == 0)
        return NULL;
    return words->word[words->next++];
}

static enum config_verdict read_value(struct reading *reading, const struct config_option *option,
                                      const char *text)
{
    const char **value = &reading->flags[option - options];
    if (text == NULL) {
        char form[CONFIG_FORM_SIZE];
        config_value_form(&option->value, form);
        return complain(reading, "the value is missing (--%s %s)", option->flag, form);
    }
    if (*value != NULL)
        return complain(reading, "given more than once");
    *value = text;
    return CONFIG_SERVE;
}

static enum config_verdict read_flag(struct reading *reading, struct words *words)
{
    const char *word = words->word[words->next++];
    const struct config_option *option = NULL;
    reading->place[0] = '\0';
    if (word[0] != '-')
        return complain_bare_word(reading, word);
    if (word[1] == '-')
        option = find_option(word + 2, strcspn(word + 2, "="));
    if (option == NULL)
        return complain_unknown_flag(reading, word);
    set_place(reading, "--%s", option->flag);
    const char *equals = strchr(word, '=');
    if (!takes_value(option))
        return equals == NULL ? option->verdict : complain(reading, "takes no value");
    return read_value(reading, option, equals == NULL ? take_value(words) : equals + 1);
}

static enum config_verdict read_flags(struct reading *reading, int argc, char *const argv[])
{
    struct words words = {.count = argc, .next = 1, .word = argv};
    enum config_verdict verdict = CONFIG_SERVE;
    if (argc > 1 && strcmp(argv[1], "serve") == 0)
        words.next = 2;
    while (verdict == CONFIG_SERVE && words.next < words.count)
        verdict = read_flag(reading, &words);
    return verdict;
}

static const char *find_variable(char *const envp[], const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; envp != NULL && envp[i] != NULL; i++) {
        if (strncmp(envp[i], name, length) == 0 && envp[i][length] == '=')
            return envp[i] + length + 1;
    }
    return NULL;
}

/* Variables that belong to no option are left be: others may use the prefix too, such as
 * Kubernetes, which sets TTSTD_PORT and its like for a service called ttstd. */
static void read_environment(struct reading *reading, char *const envp[])
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (takes_value(&options[i]))
            reading->environment[i] = find_variable(envp, options[i].env);
    }
}

/* Applies what environment and flags say of an option; leaves the last that spoke as the place. */
static enum config_verdict set_given(struct reading *reading, const struct config_option *option)
{
    const char *variable = reading->environment[option - options];
    const char *flag = reading->flags[option - options];
    enum config_verdict verdict = CONFIG_SERVE;
    if (variable != NULL) {
        set_place(reading, "%s", option->env);
        verdict = set_option(reading, option, variable);
    }
    if (verdict == CONFIG_SERVE && flag != NULL) {
        set_place(reading, "--%s", option->flag);
        verdict = set_option(reading, option, flag);
    }
    return verdict;
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

static enum config_verdict complain_unknown_key(struct reading *reading, const char *key)
{
    const struct config_option *nearest = nearest_option(key, strlen(key));
    if (nearest == NULL || !takes_value(nearest) || nearest == file_option())
        return complain(reading, "unknown option \"%s\"", config_excerpt(key).text);
    return complain(reading, "unknown option \"%s\" (did you mean \"%s\"?)",
                    config_excerpt(key).text, nearest->flag);
}

/* A # after a blank may open a comment or belong to the value: a guess could cut a path. */
static bool has_trailing_comment(const char *value)
{
    const char *sign = strchr(value, '#');
    while (sign != NULL && sign != value && strchr(BLANKS, sign[-1]) == NULL)
        sign = strchr(sign + 1, '#');
    return sign != NULL;
}

static enum config_verdict read_entry(struct reading *reading, const char *key, const char *value)
{
    const struct config_option *option = find_option(key, strlen(key));
    if (option == NULL || !takes_value(option))
        return complain_unknown_key(reading, key);
    size_t used = strlen(reading->place);
    snprintf(reading->place + used, sizeof reading->place - used, ": %s", option->flag);
    if (option == file_option())
        return complain(reading, "a config file cannot name another one");
    if (has_trailing_comment(value))
        return complain(reading, "a comment must stand on a line of its own");
    return set_option(reading, option, value);
}

static enum config_verdict read_line(struct reading *reading, char *line, unsigned number)
{
    char *key = trim(line);
    if (key[0] == '\0' || key[0] == '#')
        return CONFIG_SERVE;
    set_place(reading, "%s:%u", reading->config.config_file, number);
    char *equals = strchr(key, '=');
    if (equals == NULL)
        return complain(reading, "\"%s\" is not of the form option = value",
                        config_excerpt(key).text);
    *equals = '\0';
    key = trim(key);
    const struct config_option *option = find_option(key, strlen(key));
    unsigned *first = option == NULL ? NULL : &reading->lines[option - options];
    if (first != NULL && *first != 0)
        return complain(reading, "%s: already given in line %u", key, *first);
    if (first != NULL)
        *first = number;
    return read_entry(reading, key, trim(equals + 1));
}

static enum config_verdict load_file(struct reading *reading, char out_text[FILE_SIZE])
{
    const char *path = reading->config.config_file;
    FILE *file = fopen(path, "re");
    size_t size = file == NULL ? 0 : fread(out_text, 1, FILE_SIZE, file);
    bool failed = file == NULL || ferror(file);
    int error = errno;
    if (file != NULL)
        fclose(file);
    if (failed)
        return complain(reading, "cannot read %s: %s", config_excerpt(path).text, strerror(error));
    if (size == FILE_SIZE)
        return complain(reading, "%s is longer than %d bytes", config_excerpt(path).text,
                        FILE_SIZE - 1);
    if (memchr(out_text, '\0', size) != NULL)
        return complain(reading, "%s is not a text file", config_excerpt(path).text);
    out_text[size] = '\0';
    return CONFIG_SERVE;
}

static enum config_verdict read_file(struct reading *reading)
{
    char text[FILE_SIZE];
    char *rest = text;
    enum config_verdict verdict = set_given(reading, file_option());
    if (verdict != CONFIG_SERVE || reading->config.config_file[0] == '\0')
        return verdict;
    verdict = load_file(reading, text);
    for (unsigned number = 1; verdict == CONFIG_SERVE && rest != NULL; number++)
        verdict = read_line(reading, strsep(&rest, "\n"), number);
    return verdict;
}

enum config_verdict config_read(int argc, char *const argv[], char *const envp[],
                                struct config *out_config, char *out_message, size_t message_size)
{
    struct reading reading = {.message = out_message, .message_size = message_size};
    if (message_size > 0)
        out_message[0] = '\0';
    set_defaults(&reading);
    enum config_verdict verdict = read_flags(&reading, argc, argv);
    if (verdict != CONFIG_SERVE)
        return verdict;
    read_environment(&reading, envp);
    verdict = read_file(&reading);
    for (size_t i = 0; verdict == CONFIG_SERVE && i < OPTION_COUNT; i++)
        verdict = set_given(&reading, &options[i]);
    if (verdict == CONFIG_SERVE)
        *out_config = reading.config;
    return verdict;
}

static void print_option(FILE *out, const struct config_option *option)
{
    char form[CONFIG_FORM_SIZE] = "";
    char head[CONFIG_FORM_SIZE + NAME_SIZE + 8];
    if (takes_value(option))
        config_value_form(&option->value, form);
    snprintf(head, sizeof head, "  --%s %s", option->flag, form);
    fprintf(out, "%-*s%s\n", HELP_COLUMN, head, option->help);
    if (!takes_value(option))
        return;
    char range[CONFIG_FORM_SIZE];
    config_value_range(&option->value, range);
    fprintf(out, "%*s%s%sdefault: %s; %s\n", HELP_COLUMN, "", range, range[0] == '\0' ? "" : "; ",
            option->default_text == NULL ? "none" : option->default_text, option->env);
}

void config_print_help(FILE *out)
{
    fputs("Usage: ttstd [serve] [OPTION]...\n"
          "Learns board games by self-play and serves moves over HTTP.\n\n",
          out);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        print_option(out, &options[i]);
    fputs("\nA DURATION is a whole number of ms, s or m: 500ms, 1s, 2m.\n"
          "A flag is stronger than its environment variable, that than a line `option = value` in\n"
          "the config file, that than the default. In the file, # opens a line of comment.\n",
          out);
}
