/*
 * config - how flags, environment and file become values.
 *
 * What options there are is config_option.h's to know, the form of the file config_file.h's.
 * Defaults pass through the same kinds (config_value.h) as what the operator writes. The sources
 * are applied weakest first (defaults, file, environment, flags), each writing over the one before.
 *
 * In this file the verdict CONFIG_SERVE means: nothing wrong so far.
 *
 * Invariants
 * 1. The caller's config is written only when every option of every source is right.
 * 2. Every value given is checked, also one that a stronger source overrides.
 * 3. No value is cut to fit its field; what is too long is refused. Only messages are shortened.
 * 4. A message is one line: control characters that come from outside are replaced.
 */
#include "config/config.h"

#include "config/endpoint.h"
#include "config/excerpt.h"
#include "config/file.h"
#include "config/option.h"
#include "config/together.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

/* What one config_read() knows so far. */
struct reading {
    struct config config;
    const char *flags[CONFIG_OPTION_COUNT][LISTED_MAX]; /* the values given, then NULL */
    const char *environment[CONFIG_OPTION_COUNT];       /* the value given; NULL: none */
    unsigned lines[CONFIG_OPTION_COUNT]; /* the file's first line that gave it; 0 where none did */
    enum config_verdict command;         /* one of `commands` */
    enum config_verdict asked;           /* the command, or what to do instead of it */
    char place[CONFIG_PATH_SIZE + 64];   /* what a complaint is about; opens the message */
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

/* What a source says of a list takes the place of what weaker ones said. */
static void clear_list(struct reading *reading, const struct config_option *option)
{
    if (config_kind_is_list(option->value.kind))
        config_list_clear((char *)&reading->config + option->offset);
}

static void set_defaults(struct reading *reading)
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        const struct config_option *option = &config_options[i];
        if (option->default_number != NULL) {
            config_value_store_nearest(&option->value, option->default_number(),
                                       (char *)&reading->config + option->offset);
        } else if (option->default_text != NULL) {
            enum config_verdict verdict = set_option(reading, option, option->default_text);
            assert(verdict == CONFIG_SERVE);
        }
    }
}

/* The option that names the file. */
static const struct config_option *file_option(void)
{
    return config_option_find("config", strlen("config"));
}

static enum config_verdict complain_unknown_flag(struct reading *reading, const char *word)
{
    size_t length = strcspn(word, "=");
    size_t dashes = strspn(word, "-");
    const struct config_retired *retired = config_retired_find(word + dashes, length - dashes);
    if (retired != NULL && dashes == 2)
        return complain(reading, "--%s is no option any more: %s", retired->flag, retired->instead);
    const struct config_option *nearest =
        length > dashes ? config_option_nearest(word + dashes, length - dashes) : NULL;
    if (nearest == NULL)
        return complain(reading, "unknown option %s (try ttstd --help)",
                        config_excerpt_of(word, length).text);
    return complain(reading, "unknown option %s (did you mean --%s?)",
                    config_excerpt_of(word, length).text, nearest->flag);
}

static const struct command {
    const char *name;
    enum config_verdict verdict;
    const char *operands[CONFIG_OPERANDS_MAX]; /* their names; such a command takes no options */
} commands[] = {{"serve", CONFIG_SERVE, {NULL}},
                {"health", CONFIG_HEALTH, {NULL}},
                {"check", CONFIG_CHECK_FILE, {"FILE"}},
                {"backup", CONFIG_BACKUP, {"FILE", "TO"}}};

/* NULL if there is none of that name. */
static const struct command *find_command(const char *word)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(word, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

static enum config_verdict complain_bare_word(struct reading *reading, const char *word)
{
    if (find_command(word) != NULL)
        return complain(reading, "the command '%s' must come first, once (try ttstd --help)", word);
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
    const char **value = reading->flags[option - config_options];
    const unsigned most = config_kind_is_list(option->value.kind) ? LISTED_MAX : 1;
    unsigned given = 0;
    if (text == NULL && option->value.kind == CONFIG_KIND_SWITCH)
        text = "yes";
    if (text == NULL) {
        char form[CONFIG_FORM_SIZE];
        config_value_form(&option->value, form);
        return complain(reading, "the value is missing (--%s %s)", option->flag, form);
    }
    while (given < most && value[given] != NULL)
        given++;
    if (given == most)
        return most == 1 ? complain(reading, "given more than once")
                         : complain(reading, "given more than %u times", most);
    value[given] = text;
    return CONFIG_SERVE;
}

/* Whoever asks for help or the version gets it, whatever else is wrong. */
static enum config_verdict ask(struct reading *reading, enum config_verdict verdict)
{
    if (verdict == CONFIG_HELP || verdict == CONFIG_VERSION)
        return verdict;
    reading->asked = verdict;
    return CONFIG_SERVE;
}

/* Of `health`: its operand, which may stand behind --url as well. */
static bool names_url(const char *word)
{
    return word[0] != '-' ||
           (strncmp(word, "--url", 5) == 0 && (word[5] == '\0' || word[5] == '='));
}

static enum config_verdict read_url(struct reading *reading, struct words *words, const char *word)
{
    struct endpoint *url = &reading->config.url;
    struct fault fault;
    const char *text = word;
    set_place(reading, word[0] == '-' ? "--url" : "health");
    if (word[0] == '-')
        text = word[5] == '=' ? word + 6 : take_value(words);
    if (text == NULL)
        return complain(reading, "the value is missing (--url URL)");
    if (url->host[0] != '\0' || url->socket[0] != '\0')
        return complain(reading, "a second URL");
    if (config_url_parse(text, url, &fault) != ERR_OK)
        return complain(reading, "%s", fault.detail);
    return CONFIG_SERVE;
}

static enum config_verdict read_flag(struct reading *reading, struct words *words)
{
    const char *word = words->word[words->next++];
    const struct config_option *option = NULL;
    reading->place[0] = '\0';
    if (reading->command == CONFIG_HEALTH && names_url(word))
        return read_url(reading, words, word);
    if (word[0] != '-')
        return complain_bare_word(reading, word);
    if (word[1] == '-')
        option = config_option_find(word + 2, strcspn(word + 2, "="));
    if (option == NULL)
        return complain_unknown_flag(reading, word);
    set_place(reading, "--%s", option->flag);
    const char *equals = strchr(word, '=');
    if (!config_option_takes_value(option))
        return equals == NULL ? ask(reading, option->verdict) : complain(reading, "takes no value");
    if (equals != NULL)
        return read_value(reading, option, equals + 1);
    bool is_switch = option->value.kind == CONFIG_KIND_SWITCH;
    return read_value(reading, option, is_switch ? NULL : take_value(words));
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0;
}

static enum config_verdict read_operands(struct reading *reading, const struct command *command,
                                         struct words *words)
{
    set_place(reading, "%s", command->name);
    for (size_t i = 0; i < CONFIG_OPERANDS_MAX && command->operands[i] != NULL; i++) {
        if (words->next == words->count)
            return complain(reading, "%s is missing (try ttstd --help)", command->operands[i]);
        const char *word = words->word[words->next++];
        if (asks_for_help(word))
            return CONFIG_HELP;
        if (word[0] == '-' || word[0] == '\0')
            return complain(reading, "\"%s\" is not a file's name", config_excerpt(word).text);
        reading->config.operands[i] = word;
    }
    if (words->next == words->count)
        return CONFIG_SERVE;
    const char *word = words->word[words->next];
    return asks_for_help(word) ? CONFIG_HELP
                               : complain(reading, "what is \"%s\" for? (try ttstd --help)",
                                          config_excerpt(word).text);
}

static enum config_verdict read_flags(struct reading *reading, int argc, char *const argv[])
{
    struct words words = {.count = argc, .next = 1, .word = argv};
    enum config_verdict verdict = CONFIG_SERVE;
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
    if (command != NULL) {
        reading->command = reading->asked = command->verdict;
        words.next = 2;
    }
    if (command != NULL && command->operands[0] != NULL)
        return read_operands(reading, command, &words);
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

/* Variables that belong to no option keep nobody from starting: others may use the prefix too. */
static void read_environment(struct reading *reading, char *const envp[])
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        if (config_option_takes_value(&config_options[i]))
            reading->environment[i] = find_variable(envp, config_options[i].env);
    }
}

/* Applies what environment and flags say of an option; leaves the last that spoke as the place. */
static enum config_verdict set_given(struct reading *reading, const struct config_option *option)
{
    const char *variable = reading->environment[option - config_options];
    const char *const *flags = reading->flags[option - config_options];
    enum config_verdict verdict = CONFIG_SERVE;
    if (variable != NULL) {
        set_place(reading, "%s", option->env);
        clear_list(reading, option);
        verdict = set_option(reading, option, variable);
    }
    if (flags[0] != NULL)
        clear_list(reading, option);
    for (unsigned i = 0; verdict == CONFIG_SERVE && i < LISTED_MAX && flags[i] != NULL; i++) {
        set_place(reading, "--%s", option->flag);
        verdict = set_option(reading, option, flags[i]);
    }
    return verdict;
}

static enum config_verdict complain_unknown_key(struct reading *reading, const char *key)
{
    const struct config_option *nearest = config_option_nearest(key, strlen(key));
    if (nearest == NULL || !config_option_takes_value(nearest) || nearest == file_option())
        return complain(reading, "unknown option \"%s\"", config_excerpt(key).text);
    return complain(reading, "unknown option \"%s\" (did you mean \"%s\"?)",
                    config_excerpt(key).text, nearest->flag);
}

static enum config_verdict read_entry(struct reading *reading, const struct config_entry *entry)
{
    set_place(reading, "%s:%u", reading->config.config_file, entry->line);
    if (entry->value == NULL)
        return complain(reading, "\"%s\" is not of the form option = value",
                        config_excerpt(entry->name).text);
    const struct config_option *option = config_option_find(entry->name, strlen(entry->name));
    const struct config_retired *retired = config_retired_find(entry->name, strlen(entry->name));
    if (retired != NULL) {
        reading->config.retired_lines[retired - config_retired] = entry->line;
        return CONFIG_SERVE;
    }
    if (option == NULL || !config_option_takes_value(option))
        return complain_unknown_key(reading, entry->name);
    set_place(reading, "%s:%u: %s", reading->config.config_file, entry->line, option->flag);
    unsigned *first = &reading->lines[option - config_options];
    if (*first != 0 && !config_kind_is_list(option->value.kind))
        return complain(reading, "already given in line %u", *first);
    if (*first == 0)
        clear_list(reading, option);
    *first = *first == 0 ? entry->line : *first;
    if (option == file_option())
        return complain(reading, "a config file cannot name another one");
    if (entry->has_comment)
        return complain(reading, "a comment must stand on a line of its own");
    return set_option(reading, option, entry->value);
}

static enum config_verdict read_file(struct reading *reading)
{
    struct config_file file;
    struct config_entry entry;
    struct fault fault;
    enum config_verdict verdict = set_given(reading, file_option());
    if (verdict != CONFIG_SERVE || reading->config.config_file[0] == '\0')
        return verdict;
    if (config_file_load(&file, reading->config.config_file, &fault) != ERR_OK)
        return complain(reading, "%s", fault.detail);
    while (verdict == CONFIG_SERVE && config_file_next(&file, &entry))
        verdict = read_entry(reading, &entry);
    return verdict;
}

static enum config_verdict check_together(struct reading *reading)
{
    struct fault fault;
    reading->place[0] = '\0';
    if (config_check_together(&reading->config, &fault) != ERR_OK)
        return complain(reading, "%s", fault.detail);
    return CONFIG_SERVE;
}

enum config_verdict config_read(int argc, char *const argv[], char *const envp[],
                                struct config *out_config, char *out_message, size_t message_size)
{
    struct reading reading = {.command = CONFIG_SERVE,
                              .asked = CONFIG_SERVE,
                              .message = out_message,
                              .message_size = message_size};
    if (message_size > 0)
        out_message[0] = '\0';
    set_defaults(&reading);
    enum config_verdict verdict = read_flags(&reading, argc, argv);
    if (verdict != CONFIG_SERVE)
        return verdict;
    if (reading.config.operands[0] != NULL) {
        *out_config = reading.config;
        return reading.asked;
    }
    read_environment(&reading, envp);
    verdict = read_file(&reading);
    for (size_t i = 0; verdict == CONFIG_SERVE && i < CONFIG_OPTION_COUNT; i++)
        verdict = set_given(&reading, &config_options[i]);
    if (verdict == CONFIG_SERVE && reading.asked != CONFIG_HEALTH)
        verdict = check_together(&reading);
    if (verdict != CONFIG_SERVE)
        return verdict;
    *out_config = reading.config;
    return reading.asked;
}
