#include "config/together.h"

#include <stdbool.h>
#include <string.h>

static bool is_beyond_loopback(const struct endpoint *place)
{
    const char *host = place->host;
    struct address address;
    return place->socket[0] == '\0' &&
           !(address_parse(host, strlen(host), &address) && address_is_loopback(&address));
}

enum err config_check_together(const struct config *config, struct fault *fault)
{
    const bool has_tokens = config->token_file[0] != '\0' || config->play_token_file[0] != '\0';
    if ((config->tls_cert[0] == '\0') != (config->tls_key[0] == '\0'))
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "tls-cert and tls-key go together");
    if (config->makes_token && config->token_file[0] == '\0')
        return fault_set(fault, ERR_IMPOSSIBLE, NULL, "make-token: token-file must say where");
    for (unsigned i = 0; i < config->listen.count; i++)
        if (is_beyond_loopback(&config->listen.at[i]) && !has_tokens && !config->is_insecure)
            return fault_set(fault, ERR_IMPOSSIBLE, NULL,
                             "listen: others can reach %s: a token-file must say who may, or"
                             " insecure that anybody may",
                             config->listen.at[i].host);
    return ERR_OK;
}
