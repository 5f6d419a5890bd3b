#include "config/option.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

enum {
    SUGGESTION_DISTANCE = 2, /* a swapped pair or two wrong letters; more would be a guess */
};

#define FIELD(name) .offset = offsetof(struct config, name)

static long online_cores(void)
{
    return sysconf(_SC_NPROCESSORS_ONLN);
}

static const char *const log_formats[] = {"text", "json", NULL};
_Static_assert(LOG_FORMAT_TEXT == 0 && LOG_FORMAT_JSON == 1,
               "log_formats names enum log_format in order");

static const char *const log_levels[] = {"error", "warn", "info", "debug", NULL};
_Static_assert(LOG_ERROR == 0 && LOG_WARN == 1 && LOG_INFO == 2 && LOG_DEBUG == 3,
               "log_levels names enum log_level in order");
_Static_assert(sizeof(enum log_level) == sizeof(unsigned), "choices are stored as unsigned");

/* clang-format off */
static const struct config_option options[] = {
    {.flag = "listen", .env = "TTSTD_LISTEN", FIELD(listen),
     .value = {.kind = CONFIG_KIND_ENDPOINTS},
     .default_text = "127.0.0.1:8080",
     .help = "where to serve: IPv4:PORT, [IPv6]:PORT (0: any port), unix:PATH"},
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
    {.flag = "brain-memory", .env = "TTSTD_BRAIN_MEMORY", FIELD(brain_memory_kib),
     .value = {.kind = CONFIG_KIND_SIZE, .min = 1024, .max = 1L << 30},
     .default_text = "64m",
     .help = "memory for brains that nobody trains; others are read when used"},
    {.flag = "token-file", .env = "TTSTD_TOKEN_FILE", FIELD(token_file),
     .value = {.kind = CONFIG_KIND_PATH},
     .help = "tokens of 16 characters or more, one a line, that may do all"},
    {.flag = "play-token-file", .env = "TTSTD_PLAY_TOKEN_FILE", FIELD(play_token_file),
     .value = {.kind = CONFIG_KIND_PATH},
     .help = "likewise: such that may only play and look"},
    {.flag = "make-token", .env = "TTSTD_MAKE_TOKEN", FIELD(makes_token),
     .value = {.kind = CONFIG_KIND_SWITCH},
     .default_text = "no",
     .help = "make the token file, with a new token, if it is not there"},
    {.flag = "insecure", .env = "TTSTD_INSECURE", FIELD(is_insecure),
     .value = {.kind = CONFIG_KIND_SWITCH},
     .default_text = "no",
     .help = "serve beyond loopback although there are no tokens"},
    {.flag = "allow-origin", .env = "TTSTD_ALLOW_ORIGIN", FIELD(allowed_origins),
     .value = {.kind = CONFIG_KIND_ORIGINS},
     .help = "whose pages may ask, beside our own (CORS)"},
    {.flag = "allow-host", .env = "TTSTD_ALLOW_HOST", FIELD(allowed_hosts),
     .value = {.kind = CONFIG_KIND_HOSTS},
     .help = "names of this machine that requests on loopback may give"},
    {.flag = "trusted-proxy", .env = "TTSTD_TRUSTED_PROXY", FIELD(trusted_proxies),
     .value = {.kind = CONFIG_KIND_NETWORKS},
     .help = "proxies whose X-Forwarded-For is believed"},
    {.flag = "tls-cert", .env = "TTSTD_TLS_CERT", FIELD(tls_cert),
     .value = {.kind = CONFIG_KIND_PATH},
     .help = "certificate chain (PEM); TLS 1.2 and 1.3, but on unix sockets"},
    {.flag = "tls-key", .env = "TTSTD_TLS_KEY", FIELD(tls_key),
     .value = {.kind = CONFIG_KIND_PATH},
     .help = "its private key (PEM)"},
    {.flag = "max-wal", .env = "TTSTD_MAX_WAL", FIELD(max_wal_kib),
     .value = {.kind = CONFIG_KIND_SIZE, .min = 32L * 1024, .max = 1L << 30},
     .default_text = "1g",
     .help = "the longest write-ahead log; it grows beside long readers"},
    {.flag = "max-listeners", .env = "TTSTD_MAX_LISTENERS", FIELD(max_listeners),
     .value = {.kind = CONFIG_KIND_INTEGER, .min = 0, .max = 65535},
     .default_text = "1024",
     .help = "the most streams of jobs' events at once"},
    {.flag = "max-connections", .env = "TTSTD_MAX_CONNECTIONS", FIELD(max_connections),
     .value = {.kind = CONFIG_KIND_INTEGER, .min = 0, .max = 65535},
     .default_text = "0",
     .help = "connections at once; 0: as many as descriptors allow"},
    {.flag = "max-connections-per-address", .env = "TTSTD_MAX_CONNECTIONS_PER_ADDRESS",
     FIELD(max_connections_per_address),
     .value = {.kind = CONFIG_KIND_INTEGER, .min = 0, .max = 65535},
     .default_text = "0",
     .help = "connections of one address; 0: half of all"},
    {.flag = "max-requests-per-second", .env = "TTSTD_MAX_REQUESTS_PER_SECOND",
     FIELD(max_requests_per_second),
     .value = {.kind = CONFIG_KIND_INTEGER, .min = 0, .max = 1000000},
     .default_text = "0",
     .help = "requests of one address; 0: no limit"},
    {.flag = "request-deadline", .env = "TTSTD_REQUEST_DEADLINE", FIELD(request_deadline_ms),
     .value = {.kind = CONFIG_KIND_DURATION, .min = 100, .max = 10L * 60 * 1000},
     .default_text = "10s",
     .help = "in which a request must have arrived"},
    {.flag = "idle-timeout", .env = "TTSTD_IDLE_TIMEOUT", FIELD(idle_timeout_ms),
     .value = {.kind = CONFIG_KIND_DURATION, .min = 1000, .max = 60L * 60 * 1000},
     .default_text = "60s",
     .help = "after which a connection without requests is closed"},
    {.flag = "access-log", .env = "TTSTD_ACCESS_LOG", FIELD(logs_access),
     .value = {.kind = CONFIG_KIND_SWITCH},
     .default_text = "no",
     .help = "log every request, not only changes and failures"},
    {.flag = "log-level", .env = "TTSTD_LOG_LEVEL", FIELD(log_level),
     .value = {.kind = CONFIG_KIND_CHOICE, .choices = log_levels},
     .default_text = "info",
     .help = "the least urgent lines to log"},
    {.flag = "log-format", .env = "TTSTD_LOG_FORMAT", FIELD(log_format),
     .value = {.kind = CONFIG_KIND_CHOICE, .choices = log_formats},
     .default_text = "text",
     .help = "lines of key=value pairs, or JSON objects"},
    {.flag = "config", .env = "TTSTD_CONFIG", FIELD(config_file),
     .value = {.kind = CONFIG_KIND_PATH},
     .help = "file with lines `option = value`"},
    {.flag = "print-config", .verdict = CONFIG_PRINT,
     .help = "check the options, print them as a config file, and stop"},
    {.flag = "help", .verdict = CONFIG_HELP,
     .help = "print this page"},
    {.flag = "version", .verdict = CONFIG_VERSION,
     .help = "print the version"},
};
/* clang-format on */
_Static_assert(sizeof options / sizeof options[0] == CONFIG_OPTION_COUNT,
               "CONFIG_OPTION_COUNT counts the options");

const struct config_option *const config_options = options;

bool config_option_takes_value(const struct config_option *option)
{
    return option->env != NULL;
}

const struct config_option *config_option_find(const char *name, size_t length)
{
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        if (strlen(options[i].flag) == length && memcmp(options[i].flag, name, length) == 0)
            return &options[i];
    }
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The fewest insertions, deletions and replacements that turn `a` into `b` (Levenshtein); `row`
 * is the row of the usual table for the first i letters of `a`. */
static size_t edit_distance(const char *a, size_t a_length, const char *b)
{
    size_t row[CONFIG_NAME_SIZE];
    size_t b_length = strlen(b);
    assert(b_length < CONFIG_NAME_SIZE);
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

const struct config_option *config_option_nearest(const char *name, size_t length)
{
    const struct config_option *nearest = NULL;
    size_t nearest_distance = SUGGESTION_DISTANCE + 1;
    if (length >= CONFIG_NAME_SIZE)
        return NULL;
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++) {
        size_t distance = edit_distance(name, length, options[i].flag);
        if (distance < nearest_distance) {
            nearest_distance = distance;
            nearest = &options[i];
        }
    }
    return nearest;
}
