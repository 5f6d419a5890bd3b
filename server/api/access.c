#include "api/access.h"

#include "base/address.h"
#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    FILE_SIZE = 64 * 1024 + 1, /* with a NUL */
    /* 2^64 tries at the least, of letters and digits: as much as anybody can make over a network.
     */
    TOKEN_LENGTH_MIN = 16,
};

struct token {
    uint8_t hash[SHA256_SIZE];
    enum right right;
};

struct tokens {
    struct token *list;
    size_t count;
};

struct access {
    struct access_options options;
    struct tokens tokens;
};

static void hash_token(const char *text, size_t length, uint8_t out[SHA256_SIZE])
{
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add(&hash, text, length);
    sha256_end(&hash, out);
}

/* Reading files. */

static enum err add_token(struct tokens *tokens, const char *text, size_t length, enum right right)
{
    struct token *list = realloc(tokens->list, (tokens->count + 1) * sizeof *list);
    if (list == NULL)
        return ERR_NO_MEMORY;
    tokens->list = list;
    hash_token(text, length, list[tokens->count].hash);
    list[tokens->count++].right = right;
    return ERR_OK;
}

static enum err check_token(const char *path, unsigned line, const char *text, size_t length,
                            struct fault *fault)
{
    if (length < TOKEN_LENGTH_MIN)
        return fault_set(fault, ERR_MALFORMED, NULL,
                         "%s:%u: a token must have at least %d characters", path, line,
                         TOKEN_LENGTH_MIN);
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return fault_set(
                fault, ERR_MALFORMED, NULL,
                "%s:%u: a token may have printable ASCII characters only, and no blanks", path,
                line);
    return ERR_OK;
}

static enum err parse_file(const char *bytes, size_t size, const char *path, enum right right,
                           struct tokens *out, struct fault *fault)
{
    const char *end = bytes + size;
    bytes += text_mark_size(bytes, size);
    size_t before = out->count;
    enum err err = ERR_OK;
    unsigned number = 1;
    for (const char *line = bytes, *next; line < end && err == ERR_OK; line = next, number++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline != NULL ? newline : end) - line);
        next = newline != NULL ? newline + 1 : end;
        while (length > 0 && isspace((unsigned char)line[length - 1]))
            length--;
        if (length > 0 && line[0] != '#') {
            err = check_token(path, number, line, length, fault);
            if (err == ERR_OK && add_token(out, line, length, right) != ERR_OK)
                err = fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for tokens");
        }
    }
    if (err == ERR_OK && out->count == before)
        err = fault_set(fault, ERR_MALFORMED, NULL, "%s holds no token", path);
    return err;
}

static enum err read_file(const char *path, enum right right, struct tokens *out,
                          struct fault *fault)
{
    struct fault why;
    size_t size = 0;
    if (path == NULL)
        return ERR_OK;
    char *bytes = malloc(FILE_SIZE);
    if (bytes == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "no memory for tokens");
    enum err err = file_read(path, FILE_SIZE, bytes, &size, &why);
    if (err == ERR_OK)
        err = parse_file(bytes, size, path, right, out, fault);
    else
        (void)fault_set(fault, err, NULL, "cannot read tokens from %s: %s", path, why.detail);
    explicit_bzero(bytes, FILE_SIZE);
    free(bytes);
    return err;
}

static enum err read_tokens(const struct access_options *options, struct tokens *out,
                            struct fault *fault)
{
    struct tokens tokens = {.list = NULL};
    enum err err = read_file(options->token_file, RIGHT_ALL, &tokens, fault);
    if (err == ERR_OK)
        err = read_file(options->play_token_file, RIGHT_PLAY, &tokens, fault);
    if (err == ERR_OK)
        *out = tokens;
    else
        free(tokens.list);
    return err;
}

enum err access_open(const struct access_options *options, struct access **out, struct fault *fault)
{
    struct access *access = calloc(1, sizeof *access);
    if (access == NULL)
        return fault_set(fault, ERR_NO_MEMORY, NULL, "out of memory");
    access->options = *options;
    enum err err = read_tokens(options, &access->tokens, fault);
    if (err == ERR_OK)
        *out = access;
    else
        free(access);
    return err;
}

void access_close(struct access *access)
{
    free(access->tokens.list);
    free(access);
}

enum err access_reload(struct access *access, struct fault *fault)
{
    struct tokens tokens;
    enum err err = read_tokens(&access->options, &tokens, fault);
    if (err != ERR_OK)
        return err;
    free(access->tokens.list);
    access->tokens = tokens;
    return ERR_OK;
}

/* Hosts and origins. */

/* The host of HOST[:PORT], of which IPv6 addresses stand in brackets. */
static size_t host_length(const char *host)
{
    const char *end = host[0] == '[' ? strchr(host, ']') : NULL;
    return end != NULL ? (size_t)(end + 1 - host) : strcspn(host, ":");
}

static bool is_host(const char *host, size_t length, const char *wanted)
{
    return strlen(wanted) == length && strncasecmp(host, wanted, length) == 0;
}

static bool is_loopback_name(const char *host, size_t length)
{
    static const char within[] = ".localhost"; /* RFC 6761: all of it is loopback */
    struct address address;
    if (address_parse_host(host, length, &address))
        return address_is_loopback(&address);
    return is_host(host, length, "localhost") ||
           (length > strlen(within) &&
            strncasecmp(host + length - strlen(within), within, strlen(within)) == 0);
}

static bool is_known_host(const struct access *access, const char *host)
{
    const size_t length = host_length(host);
    if (is_loopback_name(host, length))
        return true;
    for (unsigned i = 0; i < access->options.hosts.count; i++)
        if (is_host(host, length, access->options.hosts.at[i]))
            return true;
    return false;
}

/* Ours is what the browser took the page from. Behind a proxy that may have been https. */
static bool is_own_origin(const char *origin, const char *host)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t length = strlen(schemes[i]);
        if (strncmp(origin, schemes[i], length) == 0)
            return host != NULL && strcasecmp(origin + length, host) == 0;
    }
    return false;
}

static enum err check_origin(const struct access *access, const struct access_request *request,
                             struct access_grant *out, struct fault *fault)
{
    out->is_cross_origin = false;
    if (request->is_on_loopback && !request->is_on_unix_socket && request->host != NULL &&
        !is_known_host(access, request->host))
        return fault_set(fault, ERR_FORBIDDEN, "Host",
                         "is none of this machine's names (see --allow-host)");
    if (request->origin == NULL || is_own_origin(request->origin, request->host))
        return ERR_OK;
    for (unsigned i = 0; i < access->options.origins.count; i++)
        out->is_cross_origin |= strcmp(request->origin, access->options.origins.at[i]) == 0;
    if (!out->is_cross_origin && !request->is_free)
        return fault_set(fault, ERR_FORBIDDEN, "Origin",
                         "pages of other origins may not ask (see --allow-origin)");
    return ERR_OK;
}

/* Tokens. */

static bool is_equal(const uint8_t a[SHA256_SIZE], const uint8_t b[SHA256_SIZE])
{
    uint8_t difference = 0;
    for (unsigned i = 0; i < SHA256_SIZE; i++)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

/* Looks at all of them, whichever it is. */
static enum right right_of(const struct tokens *tokens, const uint8_t hash[SHA256_SIZE])
{
    enum right right = RIGHT_NONE;
    for (size_t i = 0; i < tokens->count; i++)
        if (is_equal(tokens->list[i].hash, hash) && tokens->list[i].right > right)
            right = tokens->list[i].right;
    return right;
}

static void name_token(const uint8_t hash[SHA256_SIZE], char out[ACCESS_TOKEN_NAME_SIZE])
{
    for (unsigned i = 0; i + 2 < ACCESS_TOKEN_NAME_SIZE; i += 2)
        snprintf(out + i, 3, "%02x", hash[i / 2]);
}

enum err access_check(const struct access *access, const struct access_request *request,
                      struct access_grant *out, struct fault *fault)
{
    static const char scheme[] = "Bearer ";
    out->token[0] = '\0';
    enum err err = check_origin(access, request, out, fault);
    if (err != ERR_OK || access->tokens.count == 0 || request->right == RIGHT_NONE)
        return err;
    const char *given = request->authorization;
    if (given == NULL || strncasecmp(given, scheme, strlen(scheme)) != 0)
        return fault_set(fault, ERR_NO_TOKEN, "Authorization", "must be Bearer and a token");
    given += strlen(scheme);
    uint8_t hash[SHA256_SIZE];
    hash_token(given, strlen(given), hash);
    enum right right = right_of(&access->tokens, hash);
    if (right == RIGHT_NONE)
        return fault_set(fault, ERR_NO_TOKEN, "Authorization", "is no token of ours");
    if (right < request->right)
        return fault_set(fault, ERR_FORBIDDEN, "Authorization", "this token may only play");
    name_token(hash, out->token);
    return ERR_OK;
}

/* A new token. */

static bool write_token(int fd)
{
    uint8_t bytes[32];
    char text[2 * sizeof bytes + 2];
    const ssize_t size = sizeof text - 1;
    bool is_done = getrandom(bytes, sizeof bytes, 0) == sizeof bytes;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    text[size - 1] = '\n';
    is_done = is_done && write(fd, text, (size_t)size) == size && fsync(fd) == 0;
    explicit_bzero(text, sizeof text);
    explicit_bzero(bytes, sizeof bytes);
    return is_done;
}

/* Gives the file its name, unless there is one already. Not every file system has links. */
static bool give_name(const char *from, const char *to)
{
    return link(from, to) == 0 || (errno != EEXIST && rename(from, to) == 0);
}

enum err access_make_token_file(const char *path, bool *out_made, struct fault *fault)
{
    char unnamed[PATH_MAX];
    *out_made = false;
    if (access(path, F_OK) == 0)
        return ERR_OK;
    const bool fits = (size_t)snprintf(unnamed, sizeof unnamed, "%s.XXXXXX", path) < sizeof unnamed;
    int fd = fits ? mkostemp(unnamed, O_CLOEXEC) : -1;
    *out_made = fd >= 0 && write_token(fd) && give_name(unnamed, path);
    const int code = fits ? errno : ENAMETOOLONG;
    if (fd >= 0) {
        close(fd);
        unlink(unnamed);
    }
    if (*out_made || (fd >= 0 && code == EEXIST))
        return ERR_OK;
    return fault_set(fault, ERR_IO, NULL, "cannot make a token in %s: %s", path, strerror(code));
}
