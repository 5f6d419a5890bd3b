/* What is given and ignored: variables that look like options and are none, most likely a slip of
 * the pen, and options of the release before. */
#include "config/config.h"
#include "config/excerpt.h"
#include "config/option.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "TTSTD_"

static bool is_variable(const char *env, const char *name, size_t length)
{
    return env != NULL && strlen(env) == length && memcmp(env, name, length) == 0;
}

/* Whether it means something, or is told of elsewhere. */
static bool is_known(const char *name, size_t length)
{
    bool is_known = is_variable(CONFIG_KERNEL_VARIABLE, name, length);
    for (size_t i = 0; i < CONFIG_OPTION_COUNT; i++)
        is_known = is_known || is_variable(config_options[i].env, name, length);
    for (size_t i = 0; i < CONFIG_RETIRED_COUNT; i++)
        is_known = is_known || is_variable(config_retired[i].env, name, length);
    return is_known;
}

/* Kubernetes sets these for a service called ttstd, or ttstd-something, and Docker for a link:
 * TTSTD_SERVICE_HOST, TTSTD_SERVICE_PORT_HTTP, TTSTD_PORT, TTSTD_PORT_8080_TCP_ADDR. */
static bool is_a_services(const char *name)
{
    const char *port = strstr(name, "_PORT");
    while (port != NULL && port[5] != '\0' && !(port[5] == '_' && isdigit((unsigned char)port[6])))
        port = strstr(port + 1, "_PORT");
    return port != NULL || strstr(name, "_SERVICE_HOST") != NULL ||
           strstr(name, "_SERVICE_PORT") != NULL;
}

/* The option whose name reads as the variable's. */
static const char *nearest_variable(const char *name)
{
    char flag[CONFIG_NAME_SIZE];
    const size_t length = strlen(name + strlen(PREFIX));
    if (length >= sizeof flag)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        const char c = name[strlen(PREFIX) + i];
        flag[i] = c == '_' ? '-' : (char)tolower((unsigned char)c);
    }
    const struct config_option *option = config_option_nearest(flag, length);
    return option != NULL ? option->env : NULL;
}

void config_find_unknown(char *const envp[], void (*found)(const char *name, const char *meant))
{
    for (size_t i = 0; envp != NULL && envp[i] != NULL; i++) {
        const size_t length = strcspn(envp[i], "=");
        if (strncmp(envp[i], PREFIX, strlen(PREFIX)) != 0 || is_known(envp[i], length))
            continue;
        const struct config_excerpt name = config_excerpt_of(envp[i], length);
        if (!is_a_services(name.text))
            found(name.text, nearest_variable(name.text));
    }
}

void config_find_retired(const struct config *config, char *const envp[],
                         void (*found)(const char *place, const char *instead))
{
    for (size_t i = 0; i < CONFIG_RETIRED_COUNT; i++) {
        const struct config_retired *retired = &config_retired[i];
        char place[CONFIG_PATH_SIZE + 64];
        if (config->retired_lines[i] != 0) {
            snprintf(place, sizeof place, "%s:%u: %s", config->config_file,
                     config->retired_lines[i], retired->flag);
            found(place, retired->instead);
        }
        for (size_t j = 0; envp != NULL && envp[j] != NULL; j++)
            if (is_variable(retired->env, envp[j], strcspn(envp[j], "=")))
                found(retired->env, retired->instead);
    }
}
