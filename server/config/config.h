/*
 * The daemon's options: what the operator asked for, read once before anything starts.
 *
 * An option has a flag (`--save-interval 1s` or `--save-interval=1s`), an environment variable
 * (`TTSTD_SAVE_INTERVAL`) and a line in the config file (`save-interval = 1s`). A flag is stronger
 * than the environment, that than the config file, that than the default. The config file is the
 * one that `--config` or `TTSTD_CONFIG` names; there is none otherwise.
 *
 * Beside config*.c only main.c includes this header; it hands each part that part's own options.
 */
#ifndef TTSTD_CONFIG_CONFIG_H
#define TTSTD_CONFIG_CONFIG_H

#include <stddef.h>
#include <stdio.h>

#include "base/endpoint.h"
#include "base/log.h"
#include "config/retired.h"
#include "config/value.h"

/* Enough for every message whose file names are of ordinary length. */
#define CONFIG_MESSAGE_SIZE 512

/* For tests, and no option: the kernel that trains (engine/selfplay.h). All learn the same. */
#define CONFIG_KERNEL_VARIABLE "TTSTD_KERNEL"

enum { CONFIG_OPERANDS_MAX = 2 };

struct config {
    char config_file[CONFIG_PATH_SIZE]; /* empty when there is none */
    struct endpoints listen;
    char database[CONFIG_PATH_SIZE];
    unsigned training_threads;
    unsigned save_interval_ms;
    unsigned brain_memory_kib;
    /* Who may ask. Paths are empty where there is no file. */
    char token_file[CONFIG_PATH_SIZE];
    char play_token_file[CONFIG_PATH_SIZE];
    unsigned makes_token;
    unsigned is_insecure;
    struct names allowed_origins;
    struct names allowed_hosts;
    struct networks trusted_proxies;
    char tls_cert[CONFIG_PATH_SIZE];
    char tls_key[CONFIG_PATH_SIZE];
    /* How much of it. */
    unsigned max_wal_kib;
    unsigned max_listeners;
    unsigned max_connections;             /* 0: as many as there are descriptors for */
    unsigned max_connections_per_address; /* 0: half of all */
    unsigned max_requests_per_second;     /* of an address; 0: no limit */
    unsigned request_deadline_ms;
    unsigned idle_timeout_ms;
    unsigned logs_access;
    enum log_level log_level;
    enum log_format log_format;
    struct endpoint url;                          /* of CONFIG_HEALTH; all zeros: none is given */
    unsigned retired_lines[CONFIG_RETIRED_COUNT]; /* where the file gives them; 0: it does not */
    const char *operands[CONFIG_OPERANDS_MAX]; /* of CONFIG_CHECK_FILE and CONFIG_BACKUP; argv's */
};

enum config_verdict {
    CONFIG_SERVE,      /* the options are complete: serve with them */
    CONFIG_HEALTH,     /* likewise: ask a daemon whether it is alive */
    CONFIG_PRINT,      /* likewise: print them and stop */
    CONFIG_CHECK_FILE, /* check the database `operands[0]`; of the rest nothing is set */
    CONFIG_BACKUP,     /* copy the database `operands[0]` to `operands[1]`; likewise */
    CONFIG_HELP,       /* print the usage page and stop */
    CONFIG_VERSION,    /* print the version and stop */
    CONFIG_UNUSABLE    /* print the message and stop */
};

/*
 * Reads the options from `argv` (as main got it), `envp` (ends with NULL; may itself be NULL) and
 * the config file. `out_config` is written when the options are complete. `out_message` is one line
 * that says what is wrong and what is allowed, without a line end; it is empty unless the verdict
 * is CONFIG_UNUSABLE. Of `--help` and `--version` the first counts, and what follows it is not
 * read.
 */
enum config_verdict config_read(int argc, char *const argv[], char *const envp[],
                                struct config *out_config, char *out_message, size_t message_size)
    __attribute__((warn_unused_result));

/* Calls `found` for each variable that begins with TTSTD_ and is no option's, with the option's
 * that was most likely meant, or NULL. What Kubernetes and Docker set for a service called ttstd is
 * left out. */
void config_find_unknown(char *const envp[], void (*found)(const char *name, const char *meant));

/* Calls `found` for each retired option (config/retired.h) that the file or the environment gives,
 * and that is ignored: with its place and what to do instead. */
void config_find_retired(const struct config *config, char *const envp[],
                         void (*found)(const char *place, const char *instead));

/* Prints the usage page, at most 100 columns wide. */
void config_print_help(FILE *out);

/* Prints the options as a config file that would give the same ones. Those without a value are
 * comments. */
void config_print(const struct config *config, FILE *out);

#endif
