/*
 * ttstd - learns board games by self-play and serves what it has learned.
 *
 * options -> config -> store -> service -> http -> wait for a signal -> stop in reverse
 */
#include "api/api.h"
#include "api/health.h"
#include "base/log.h"
#include "config.h"
#include "service/check.h"
#include "service/service.h"
#include "store/backup.h"
#include "version.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { EXIT_CLEAN = 0, EXIT_FAILED = 1, EXIT_UNUSABLE_OPTIONS = 2 };

/* Signals are blocked in all threads, which inherit this mask, and awaited here. */
static void block_signals(sigset_t *out)
{
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
    pthread_sigmask(SIG_BLOCK, out, NULL);
    signal(SIGPIPE, SIG_IGN); /* a client that goes away is an ordinary write error, ... */
    signal(SIGXFSZ, SIG_IGN); /* ... and so is a file that may not grow any more */
}

/* Whatever is opened next takes the lowest free descriptor: were it 2, log lines would go into the
 * database. */
static int occupy_standard_descriptors(void)
{
    int fd = 0;
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDWR);
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

/* NULL, and a line that says why, if this machine cannot run the one that is asked for. */
static const struct kernel *choose_kernel(const struct config *config)
{
    const char *name = config_kernels[config->kernel];
    const struct kernel *kernel = config->kernel == 0 ? kernel_best() : kernel_find(name);
    if (kernel != NULL && kernel_is_usable(kernel))
        return kernel;
    fprintf(stderr, "ttstd: kernel: this processor cannot run %s\n", name);
    return NULL;
}

static int serve(const struct config *config)
{
    sigset_t signals;
    const struct kernel *kernel = choose_kernel(config);
    if (kernel == NULL)
        return EXIT_UNUSABLE_OPTIONS;
    block_signals(&signals);
    LOG(LOG_INFO, "starting", LOG_TEXT("version", TTSTD_VERSION), LOG_TEXT("commit", TTSTD_COMMIT),
        LOG_TEXT("database", config->database),
        LOG_NUMBER("training_threads", config->training_threads), LOG_TEXT("kernel", kernel->name));
    struct fault fault;
    struct service *service;
    struct service_options options = {.database = config->database,
                                      .kernel = kernel,
                                      .training_threads = config->training_threads,
                                      .save_interval_ms = config->save_interval_ms,
                                      .brain_memory = (size_t)config->brain_memory_kib << 10};
    if (service_open(&options, &service, &fault) != ERR_OK)
        return failed("cannot_start", &fault);
    struct api *api;
    uint16_t port;
    if (api_start(service, config->listen.host, config->listen.port, &api, &port, &fault) != ERR_OK)
        return close_service(service, failed("cannot_start", &fault));
    LOG(LOG_INFO, "listening", LOG_TEXT("address", config->listen.host), LOG_NUMBER("port", port));

    int number = 0;
    sigwait(&signals, &number);
    LOG(LOG_INFO, "stopping", LOG_TEXT("signal", number == SIGINT ? "SIGINT" : "SIGTERM"));
    api_stop(api);
    int status = close_service(service, EXIT_CLEAN);
    if (status == EXIT_CLEAN)
        LOG(LOG_INFO, "stopped", LOG_TEXT("saved", "all"));
    return status;
}

/* Without a URL, the daemon that these options would start. */
static int ask_health(const struct config *config)
{
    const struct config_address *place =
        config->url.host[0] != '\0' ? &config->url : &config->listen;
    struct fault fault;
    if (health_ask(place->host, place->port, &fault) == ERR_OK)
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

int main(int argc, char *argv[])
{
    if (occupy_standard_descriptors() < 0)
        return EXIT_FAILED;
    static struct config config;
    char message[CONFIG_MESSAGE_SIZE];
    switch (config_read(argc, argv, environ, &config, message, sizeof message)) {
    case CONFIG_HELP:
        config_print_help(stdout);
        return EXIT_CLEAN;
    case CONFIG_VERSION:
        printf("ttstd %s (%s)\n", TTSTD_VERSION, TTSTD_COMMIT);
        return EXIT_CLEAN;
    case CONFIG_CHECK:
        puts("ttstd: the options can be used");
        return EXIT_CLEAN;
    case CONFIG_PRINT:
        config_print(&config, stdout);
        return EXIT_CLEAN;
    case CONFIG_HEALTH:
        return ask_health(&config);
    case CONFIG_CHECK_FILE:
        return check_file(config.operands[0]);
    case CONFIG_BACKUP:
        return back_up(config.operands[0], config.operands[1]);
    case CONFIG_UNUSABLE:
        fprintf(stderr, "ttstd: %s\n", message);
        return EXIT_UNUSABLE_OPTIONS;
    case CONFIG_SERVE:
        break;
    }
    log_set_level(config.log_level);
    log_set_format(config.log_format);
    return serve(&config);
}
