/*
 * What a request's head says, piece by piece: path and route, Host, Origin, Authorization,
 * X-Forwarded-For, a list with weights or tags. In the input they end with NUL.
 */
#include "api/access.h"
#include "api/resources.h"
#include "fuzz/fuzz.h"
#include "http/field_list.h"
#include "http/target.h"
#include "support/folder.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "all-0123456789abcdef"
#define PLAY_TOKEN "play-0123456789abcdef"

static struct access *access_to;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct folder folder;
    char path[FOLDER_PATH_SIZE];
    char play_path[FOLDER_PATH_SIZE];
    struct fault fault;
    (void)argc;
    (void)argv;
    folder_make(&folder);
    folder_file(&folder, "token", path);
    folder_file(&folder, "play-token", play_path);
    folder_write(path, TOKEN, strlen(TOKEN));
    folder_write(play_path, PLAY_TOKEN, strlen(PLAY_TOKEN));
    struct access_options options = {.token_file = path,
                                     .play_token_file = play_path,
                                     .origins = {1, {"https://example.org"}},
                                     .hosts = {1, {"example.org"}}};
    fuzz_require(access_open(&options, &access_to, &fault) == ERR_OK);
    folder_remove(&folder);
    return 0;
}

static void find_route(const char *method, char *path)
{
    struct route_parameters parameters;
    const size_t before = strlen(path);
    const size_t after = http_unescape(NULL, NULL, path);
    fuzz_require(after <= before && strlen(path) == after);
    const struct route *route = route_find(api_routes, api_route_count, method, path, &parameters);
    const char *allowed = route_allowed(api_routes, api_route_count, path);
    for (unsigned i = 0; i < ROUTE_PARAMETERS_MAX; i++) {
        fuzz_require(memchr(parameters.value[i], '\0', ROUTE_PARAMETER_SIZE) != NULL);
        fuzz_require(strchr(parameters.value[i], '/') == NULL);
        fuzz_require(route != NULL || parameters.value[i][0] == '\0');
    }
    if (route != NULL)
        fuzz_require(strstr(allowed, route_method_name(route->method)) != NULL);
}

/* Nobody gets in without a token, whatever else the head says. */
static void check_access(const struct access_request *request)
{
    struct access_grant grant;
    struct fault fault = {.err = ERR_OK};
    const enum err err = access_check(access_to, request, &grant, &fault);
    fuzz_require(memchr(grant.token, '\0', sizeof grant.token) != NULL);
    if (err != ERR_OK) {
        fuzz_require_answerable(&fault);
        return;
    }
    const char *given = request->authorization;
    const bool is_all = given != NULL && strlen(given) > 7 && strcmp(given + 7, TOKEN) == 0;
    const bool is_play = given != NULL && strlen(given) > 7 && strcmp(given + 7, PLAY_TOKEN) == 0;
    fuzz_require(request->right == RIGHT_NONE || is_all ||
                 (is_play && request->right == RIGHT_PLAY));
    fuzz_require((grant.token[0] != '\0') == (request->right != RIGHT_NONE));
    if (grant.is_cross_origin)
        fuzz_require(strcmp(request->origin, "https://example.org") == 0);
}

/* What stands before the last address that is no proxy of ours has no say. */
static void find_client(const char *list, size_t size)
{
    struct network proxies[2];
    struct address peer;
    fuzz_require(network_parse("10.0.0.0/8", &proxies[0]));
    fuzz_require(network_parse("fd00::/8", &proxies[1]));
    fuzz_require(address_parse("10.1.2.3", 8, &peer));
    struct address client = client_behind(list, size, proxies, 2, peer);
    char text[INET6_ADDRSTRLEN];
    address_format(&client, text);
    struct text forged = {0};
    text_add_string(&forged, "192.0.2.7, ");
    text_add(&forged, list, size);
    struct address again = client_behind(forged.bytes, forged.size, proxies, 2, peer);
    if (!network_has(&proxies[0], &client) && !network_has(&proxies[1], &client))
        fuzz_require(memcmp(&client, &again, sizeof client) == 0);
    text_free(&forged);
    struct address stranger;
    fuzz_require(address_parse("192.0.2.9", 9, &stranger));
    client = client_behind(list, size, proxies, 2, stranger);
    fuzz_require(memcmp(&client, &stranger, sizeof client) == 0);
}

/* What stands before it is found, whatever it is. */
static void read_list(const char *list, size_t size)
{
    static const char *const names[] = {"gzip", "*", NULL};
    struct text longer = {0};
    fuzz_require(field_list_weight(list, size, names) <= FIELD_WEIGHT_MAX);
    (void)field_list_has_tag(list, size, "\"a\"");
    text_add_string(&longer, "GZIP;q=0.25,W/\"a\",");
    text_add(&longer, list, size);
    fuzz_require(field_list_weight(longer.bytes, longer.size, names) == 250);
    fuzz_require(field_list_has_tag(longer.bytes, longer.size, "\"a\""));
    text_free(&longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { METHOD, PATH, HOST, ORIGIN, AUTHORIZATION, FORWARDED, LIST, PARTS };
    struct fuzz_input input = {bytes, size};
    char *parts[PARTS];
    size_t sizes[PARTS];
    const uint8_t choices = fuzz_byte(&input);
    for (unsigned i = 0; i < PARTS; i++)
        parts[i] = fuzz_word(&input, '\0', &sizes[i]);
    find_route(parts[METHOD], parts[PATH]);
    check_access(
        &(struct access_request){.right = (enum right)(choices % 3),
                                 .is_on_loopback = choices >> 2 & 1,
                                 .is_on_unix_socket = choices >> 3 & 1,
                                 .host = choices >> 4 & 1 ? NULL : parts[HOST],
                                 .origin = choices >> 5 & 1 ? NULL : parts[ORIGIN],
                                 .authorization = choices >> 6 & 1 ? NULL : parts[AUTHORIZATION]});
    find_client(parts[FORWARDED], sizes[FORWARDED]);
    read_list(parts[LIST], sizes[LIST]);
    for (unsigned i = 0; i < PARTS; i++)
        free(parts[i]);
    return 0;
}
