/*
 * ttstd - learns board games by self-play and serves what it has learned.
 *
 * options -> config -> store -> service -> http -> wait for a signal -> stop in reverse
 */
#include "api/access.h"
#include "api/api.h"
#include "base/log.h"
#include "base/log_sink.h"
#include "base/notifier.h"
#include "base/terminal.h"
#include "command/backup.h"
#include "command/check.h"
#include "command/health.h"
#include "config/config.h"
#include "engine/selfplay.h"
#include "service/service.h"
#include "version.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_CLEAN = 0, EXIT_FAILED = 1, EXIT_UNUSABLE_OPTIONS = 2 };

/* Signals are blocked in all threads, which inherit this mask, and awaited here. */
static void block_signals(sigset_t *out)
{
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
    sigaddset(out, SIGHUP);
    pthread_sigmask(SIG_BLOCK, out, NULL);
    signal(SIGPIPE, SIG_IGN); /* a client that goes away is an ordinary write error, ... */
    signal(SIGXFSZ, SIG_IGN); /* ... and so is a file that may not grow any more */
}

/* Whatever is opened next takes the lowest free descriptor: were it 2, log lines would go into the
 * database. What is written to these fails, as it would to the closed ones. */
static int occupy_standard_descriptors(void)
{
    int fd = 0;
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDONLY);
    if (fd > STDERR_FILENO)
        close(fd);
    return fd;
}

static int failed(const char *event, const struct fault *fault)
{
    LOG(LOG_ERROR, event, LOG_TEXT("error", fault->detail));
    return EXIT_FAILED;
}

static int close_service(struct service *service, int status)
{
    struct fault fault;
    if (service_close(service, &fault) != ERR_OK)
        return failed("not_saved", &fault);
    return status;
}

/* NULL, and a line that says why, if there is none of that name or this machine cannot run it. */
static const struct kernel *choose_kernel(void)
{
    const char *name = getenv(CONFIG_KERNEL_VARIABLE);
    const struct kernel *kernel = selfplay_kernel(name != NULL ? name : "auto");
    if (kernel == NULL)
        fprintf(stderr, "ttstd: %s: this processor cannot run %s\n", CONFIG_KERNEL_VARIABLE, name);
    return kernel;
}

/* The options as the rooms take them; what is empty is not there. */

static const char *path_or_null(const char *path)
{
    return path[0] != '\0' ? path : NULL;
}

static struct http_options http_options_of(const struct config *config)
{
    return (struct http_options){.places = config->listen,
                                 .tls_cert = path_or_null(config->tls_cert),
                                 .tls_key = path_or_null(config->tls_key),
                                 .request_deadline_ms = config->request_deadline_ms,
                                 .idle_timeout_ms = config->idle_timeout_ms,
                                 .connections_max = config->max_connections,
                                 .connections_per_address_max = config->max_connections_per_address,
                                 .requests_per_second_max = config->max_requests_per_second,
                                 .trusted_proxies = config->trusted_proxies,
                                 .logs_access = config->logs_access != 0};
}

static struct access_options access_options_of(const struct config *config)
{
    struct access_options options = {.play_token_file = path_or_null(config->play_token_file),
                                     .origins = config->allowed_origins,
                                     .hosts = config->allowed_hosts};
    /* Whoever wants no tokens need not know that one would have been made. */
    if (!(config->makes_token && config->is_insecure))
        options.token_file = path_or_null(config->token_file);
    return options;
}

static struct service_options service_options_of(const struct config *config,
                                                 const struct kernel *kernel)
{
    return (struct service_options){.database = config->database,
                                    .kernel = kernel,
                                    .training_threads = config->training_threads,
                                    .save_interval_ms = config->save_interval_ms,
                                    .brain_memory = (size_t)config->brain_memory_kib << 10,
                                    .wal_max = (uint64_t)config->max_wal_kib << 10};
}

static enum err make_token(const struct config *config, struct fault *fault)
{
    bool is_made;
    if (!config->makes_token || config->is_insecure)
        return ERR_OK;
    enum err err = access_make_token_file(config->token_file, &is_made, fault);
    if (err == ERR_OK)
        LOG(LOG_INFO, is_made ? "token_made" : "token_there", LOG_TEXT("file", config->token_file));
    return err;
}

static enum err start_api(struct service *service, const struct config *config,
                          struct notifier *notifier, struct api **out, struct fault *fault)
{
    struct api_options options = {.http = http_options_of(config),
                                  .access = access_options_of(config),
                                  .notifier = notifier,
                                  .listeners_max = config->max_listeners};
    enum err err = make_token(config, fault);
    if (err == ERR_OK)
        err = api_start(service, &options, out, fault);
    return err;
}

static void say_where(const struct config *config, const struct api *api)
{
    for (unsigned i = 0; i < config->listen.count; i++) {
        const struct endpoint *place = &config->listen.at[i];
        if (place->socket[0] != '\0')
            LOG(LOG_INFO, "listening", LOG_TEXT("socket", place->socket));
        else
            LOG(LOG_INFO, "listening", LOG_TEXT("address", place->host),
                LOG_NUMBER("port", api_port(api, i)),
                LOG_TEXT("scheme", config->tls_cert[0] != '\0' ? "https" : "http"));
    }
}

/* What is asked of the process while it serves. */
struct orders {
    sigset_t signals;
    struct terminal terminal;
};

/* Returns the signal that says stop. */
static int wait_for_end(const struct orders *orders, struct api *api)
{
    siginfo_t info;
    for (;;) {
        int number = sigwaitinfo(&orders->signals, &info);
        if (number == SIGHUP && !terminal_hung_up(&orders->terminal, &info))
            api_reload(api);
        else if (number > 0)
            return number;
    }
}

static void open_notifier(struct notifier *out)
{
    struct fault fault;
    if (notifier_open(out, &fault) != ERR_OK)
        LOG(LOG_WARN, "not_notifying", LOG_TEXT("error", fault.detail));
}

/* Opens the database, serves until a signal, closes. */
static int serve_from(const struct service_options *options, const struct config *config,
                      struct notifier *notifier, const struct orders *orders)
{
    struct fault fault;
    struct service *service;
    notifier_say_status(notifier, "Reading the database");
    if (service_open(options, &service, &fault) != ERR_OK)
        return failed("cannot_start", &fault);
    struct api *api;
    if (start_api(service, config, notifier, &api, &fault) != ERR_OK)
        return close_service(service, failed("cannot_start", &fault));
    say_where(config, api);
    notifier_say_ready(notifier, "Serving");

    int number = wait_for_end(orders, api);
    LOG(LOG_INFO, "stopping",
        LOG_TEXT("signal", number == SIGHUP   ? "SIGHUP"
                           : number == SIGINT ? "SIGINT"
                                              : "SIGTERM"));
    notifier_say_stopping(notifier, "Answering what was asked, saving what was learned");
    api_stop(api);
    return close_service(service, EXIT_CLEAN);
}

static void log_unknown(const char *name, const char *meant)
{
    LOG(LOG_WARN, "unknown_variable", LOG_TEXT("name", name),
        LOG_TEXT("meant", meant != NULL ? meant : "no option"));
}

static void print_unknown(const char *name, const char *meant)
{
    fprintf(stderr, "ttstd: %s is no option's variable", name);
    if (meant != NULL)
        fprintf(stderr, " (did you mean %s?)", meant);
    fputc('\n', stderr);
}

static void log_retired(const char *place, const char *instead)
{
    LOG(LOG_WARN, "retired_option", LOG_TEXT("name", place), LOG_TEXT("instead", instead));
}

static void print_retired(const char *place, const char *instead)
{
    fprintf(stderr, "ttstd: %s is no option any more: %s\n", place, instead);
}

static int serve(const struct config *config)
{
    struct orders orders = {.terminal = terminal_find()};
    const struct kernel *kernel = choose_kernel();
    if (kernel == NULL)
        return EXIT_UNUSABLE_OPTIONS;
    block_signals(&orders.signals);
    log_start();
    LOG(LOG_INFO, "starting", LOG_TEXT("version", TTSTD_VERSION), LOG_TEXT("commit", TTSTD_COMMIT),
        LOG_TEXT("database", config->database),
        LOG_NUMBER("training_threads", config->training_threads),
        LOG_TEXT("kernel", selfplay_kernel_name(kernel)));
    config_find_unknown(environ, log_unknown);
    config_find_retired(config, environ, log_retired);
    const struct service_options options = service_options_of(config, kernel);
    struct notifier notifier;
    open_notifier(&notifier);
    int status = serve_from(&options, config, &notifier, &orders);
    notifier_close(&notifier);
    if (status == EXIT_CLEAN)
        LOG(LOG_INFO, "stopped", LOG_TEXT("saved", "all"));
    log_sink_flush();
    return status;
}

/* Without a URL, the daemon that these options would start: if it can be, through a unix socket,
 * which needs no TLS. */
static const struct endpoint *place_to_ask(const struct config *config)
{
    const struct endpoint *place = &config->url;
    if (place->host[0] != '\0' || place->socket[0] != '\0')
        return place;
    place = &config->listen.at[0];
    for (unsigned i = 0; i < config->listen.count; i++)
        if (config->listen.at[i].socket[0] != '\0')
            place = &config->listen.at[i];
    return place;
}

static int ask_health(const struct config *config)
{
    const struct endpoint *place = place_to_ask(config);
    struct fault fault;
    config_find_retired(config, environ, print_retired);
    enum err err = place->socket[0] != '\0' ? health_ask_unix(place->socket, &fault)
                                            : health_ask(place->host, place->port, &fault);
    if (err == ERR_OK)
        return EXIT_CLEAN;
    fprintf(stderr, "ttstd: %s\n", fault.detail);
    return EXIT_FAILED;
}

static void print_line(void *context, const char *line)
{
    fprintf(context, "%s\n", line);
}

static int check_file(const char *path)
{
    struct check_report report = {.found = print_line, .said = print_line};
    report.found_context = stderr;
    report.said_context = stdout;
    return service_check(path, &report) == ERR_OK ? EXIT_CLEAN : EXIT_FAILED;
}

static int back_up(const char *path, const char *to)
{
    struct fault fault;
    if (store_back_up(path, to, &fault) == ERR_OK)
        return EXIT_CLEAN;
    fprintf(stderr, "ttstd: %s\n", fault.detail);
    return EXIT_FAILED;
}

/* A start that makes a token need not find its file. */
static enum err check_files(const struct config *config, struct fault *fault)
{
    struct api_options options = {.http = http_options_of(config),
                                  .access = access_options_of(config)};
    if (config->makes_token && access(config->token_file, F_OK) != 0)
        options.access.token_file = NULL;
    return api_check_files(&options, fault);
}

/* As a start would, checks what the options name, but the database. */
static int print_options(const struct config *config)
{
    struct fault fault;
    if (choose_kernel() == NULL)
        return EXIT_UNUSABLE_OPTIONS;
    if (check_files(config, &fault) != ERR_OK) {
        fprintf(stderr, "ttstd: %s\n", fault.detail);
        return EXIT_UNUSABLE_OPTIONS;
    }
    config_find_unknown(environ, print_unknown);
    config_find_retired(config, environ, print_retired);
    config_print(config, stdout);
    return EXIT_CLEAN;
}

/* What was asked for is done only if all that was to be said could be written. */
static int end_output(int status)
{
    const bool is_lost = ferror(stdout) != 0;
    if (fclose(stdout) == 0 && !is_lost)
        return status;
    fprintf(stderr, "ttstd: cannot write to standard output: %s\n", strerror(errno));
    return EXIT_FAILED;
}

/* Does what does not serve, and returns the exit status. */
static int answer(enum config_verdict verdict, const struct config *config, const char *message)
{
    switch (verdict) {
    case CONFIG_HELP:
        config_print_help(stdout);
        return EXIT_CLEAN;
    case CONFIG_VERSION:
        printf("ttstd %s (%s)\n", TTSTD_VERSION, TTSTD_COMMIT);
        return EXIT_CLEAN;
    case CONFIG_PRINT:
        return print_options(config);
    case CONFIG_HEALTH:
        return ask_health(config);
    case CONFIG_CHECK_FILE:
        return check_file(config->operands[0]);
    case CONFIG_BACKUP:
        return back_up(config->operands[0], config->operands[1]);
    case CONFIG_UNUSABLE:
    case CONFIG_SERVE:
        break;
    }
    fprintf(stderr, "ttstd: %s\n", message);
    return EXIT_UNUSABLE_OPTIONS;
}

int main(int argc, char *argv[])
{
    if (occupy_standard_descriptors() < 0)
        return EXIT_FAILED;
    static struct config config;
    char message[CONFIG_MESSAGE_SIZE];
    enum config_verdict verdict =
        config_read(argc, argv, environ, &config, message, sizeof message);
    if (verdict != CONFIG_SERVE)
        return end_output(answer(verdict, &config, message));
    log_set_level(config.log_level);
    log_set_format(config.log_format);
    return serve(&config);
}
