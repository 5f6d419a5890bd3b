#include "support/web.h"

#include "api/api.h"
#include "support/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_WITHIN_S = 60 };

void web_open(struct web *web)
{
    struct fault fault = {.err = ERR_OK};
    served_open(&web->served);
    served_shut(&web->served);
    web->served.brain_memory = 1;
    served_start(&web->served);
    const struct api_options options = {
        .http = {.places = {.count = 1, .at = {{.host = "127.0.0.1"}}},
                 .request_deadline_ms = ANSWER_WITHIN_S * 1000,
                 .idle_timeout_ms = ANSWER_WITHIN_S * 1000},
        .listeners_max = 1,
    };
    enum err err = api_start(web->served.service, &options, &web->api, &fault);
    ck_assert_msg(err == ERR_OK, "%s", fault.detail);
    web->port = api_port(web->api, 0);
}

void web_close(struct web *web)
{
    api_stop(web->api);
    served_close(&web->served);
}

static int reach(const struct web *web)
{
    struct sockaddr_in place = {.sin_family = AF_INET,
                                .sin_port = htons(web->port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = ANSWER_WITHIN_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
        connect(fd, (struct sockaddr *)&place, sizeof place) != 0)
        abort();
    return fd;
}

/* A daemon that has closed already is noticed when reading. */
static void send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return;
        bytes += sent;
        size -= (size_t)sent;
    }
}

static size_t read_all(int fd, char *out, size_t size)
{
    size_t count = 0;
    while (count < size) {
        ssize_t got = recv(fd, out + count, size - count, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            abort(); /* the request is lost */
        if (got <= 0)
            break;
        count += (size_t)got;
    }
    return count;
}

void web_ask(const struct web *web, const struct web_request *request, struct web_answer *out)
{
    char head[WEB_HEAD_SIZE];
    size_t length = request->body != NULL ? strlen(request->body) : 0;
    int fd = reach(web);
    int size = snprintf(head, sizeof head,
                        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s"
                        "Content-Length: %zu\r\n\r\n",
                        request->method, request->path,
                        request->header != NULL ? request->header : "", length);
    send_all(fd, head, (size_t)size);
    send_all(fd, request->body, length);
    size_t count = read_all(fd, out->text, sizeof out->text - 1);
    close(fd);
    out->text[count] = '\0';
    out->status = 0;
    if (sscanf(out->text, "HTTP/1.1 %u", &out->status) != 1)
        out->status = 0;
    out->body = strstr(out->text, "\r\n\r\n");
    out->body = out->body != NULL ? out->body + 4 : out->text + count;
}

unsigned web_do(const struct web *web, const char *method, const char *path, const char *body)
{
    static struct web_answer answer;
    web_ask(web, &(struct web_request){.method = method, .path = path, .body = body}, &answer);
    return answer.status;
}
