/*
 * Lines of the log. Standard error is a datagram socket here, so that each write(2) is received
 * by itself: what a test receives is one line if and only if it was written in one go.
 */
#include "base/clock.h"
#include "base/log.h"
#include "support/unit.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_MAX_SIZE = 1024, HEAD_SIZE = 5 + CLOCK_TEXT_SIZE - 1 }; /* "time=", a time */

struct capture {
    int socket;
    int standard_error;
    char line[4096]; /* the last one received */
};

static struct capture capture_begin(void)
{
    int sockets[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sockets), 0);
    struct capture capture = {.socket = sockets[0], .standard_error = dup(STDERR_FILENO)};
    ck_assert_int_ge(capture.standard_error, 0);
    ck_assert_int_eq(dup2(sockets[1], STDERR_FILENO), STDERR_FILENO);
    close(sockets[1]);
    return capture;
}

static void capture_end(struct capture *capture)
{
    dup2(capture->standard_error, STDERR_FILENO);
    close(capture->standard_error);
    close(capture->socket);
}

/* The size of the next line, or 0 if none was written. */
static size_t receive(struct capture *capture, int flags)
{
    ssize_t size = recv(capture->socket, capture->line, sizeof capture->line - 1, flags);
    capture->line[size < 0 ? 0 : size] = '\0';
    return size < 0 ? 0 : (size_t)size;
}

/* Receives one line and compares what follows its time. */
static void assert_line(struct capture *capture, const char *expected)
{
    ck_assert_uint_gt(receive(capture, MSG_DONTWAIT), HEAD_SIZE);
    ck_assert_str_eq(capture->line + HEAD_SIZE, expected);
}

static void assert_value(const char *text, const char *expected)
{
    struct capture capture = capture_begin();
    LOG(LOG_INFO, "e", LOG_TEXT("k", text), LOG_NUMBER("n", 1));
    char line[LINE_MAX_SIZE];
    snprintf(line, sizeof line, " level=info event=e k=%s n=1\n", expected);
    assert_line(&capture, line);
    capture_end(&capture);
}

START_TEST(test_a_line_has_the_documented_form)
{
    struct capture capture = capture_begin();
    LOG(LOG_INFO, "listening", LOG_TEXT("address", "127.0.0.1"), LOG_NUMBER("port", 8080));
    assert_line(&capture, " level=info event=listening address=127.0.0.1 port=8080\n");
    capture_end(&capture);
}
END_TEST

START_TEST(test_a_line_begins_with_the_time_it_was_written)
{
    struct capture capture = capture_begin();
    char before[CLOCK_TEXT_SIZE];
    char after[CLOCK_TEXT_SIZE];
    clock_format(clock_unix_ms(), before);
    LOG(LOG_INFO, "event");
    clock_format(clock_unix_ms(), after);
    ck_assert_uint_gt(receive(&capture, MSG_DONTWAIT), HEAD_SIZE);
    ck_assert_mem_eq(capture.line, "time=", 5);
    ck_assert_int_le(memcmp(before, capture.line + 5, CLOCK_TEXT_SIZE - 1), 0);
    ck_assert_int_le(memcmp(capture.line + 5, after, CLOCK_TEXT_SIZE - 1), 0);
    capture_end(&capture);
}
END_TEST

START_TEST(test_an_event_without_fields_is_a_line)
{
    struct capture capture = capture_begin();
    LOG(LOG_WARN, "stopping");
    assert_line(&capture, " level=warn event=stopping\n");
    capture_end(&capture);
}
END_TEST

START_TEST(test_numbers_are_written_over_their_whole_range)
{
    struct capture capture = capture_begin();
    LOG(LOG_INFO, "e", LOG_NUMBER("a", INT64_MIN), LOG_NUMBER("b", INT64_MAX), LOG_NUMBER("c", 0));
    assert_line(&capture, " level=info event=e a=-9223372036854775808 b=9223372036854775807 c=0\n");
    capture_end(&capture);
}
END_TEST

START_TEST(test_plain_values_are_not_quoted)
{
    assert_value("127.0.0.1:8080", "127.0.0.1:8080");
    assert_value("/var/lib/ttstd/brains.db", "/var/lib/ttstd/brains.db");
    assert_value("caf\xc3\xa9", "caf\xc3\xa9");
}
END_TEST

START_TEST(test_an_empty_value_is_a_pair_of_quotes)
{
    assert_value("", "\"\"");
}
END_TEST

START_TEST(test_blanks_and_equals_signs_are_quoted)
{
    assert_value("two words", "\"two words\"");
    assert_value("a=b", "\"a=b\"");
}
END_TEST

START_TEST(test_quotes_and_backslashes_are_escaped_within_quotes)
{
    assert_value("say \"no\"", "\"say \\\"no\\\"\"");
    assert_value("a\\ b", "\"a\\\\ b\"");
}
END_TEST

START_TEST(test_control_characters_are_escaped)
{
    assert_value("a\nb", "\"a\\x0ab\"");
    assert_value("\x01\t\x1f\x7f", "\"\\x01\\x09\\x1f\\x7f\"");
}
END_TEST

START_TEST(test_a_line_holds_no_line_end_but_its_last_byte)
{
    struct capture capture = capture_begin();
    LOG(LOG_INFO, "e", LOG_TEXT("k", "a\nlevel=error\r\n"), LOG_TEXT("l", "\n\n"));
    size_t size = receive(&capture, MSG_DONTWAIT);
    ck_assert_ptr_eq(strchr(capture.line, '\n'), capture.line + size - 1);
    ck_assert_uint_eq(receive(&capture, MSG_DONTWAIT), 0);
    capture_end(&capture);
}
END_TEST

START_TEST(test_each_event_is_one_line_in_one_write)
{
    struct capture capture = capture_begin();
    LOG(LOG_INFO, "first", LOG_TEXT("k", "v"), LOG_TEXT("l", "w x"));
    LOG(LOG_INFO, "second");
    assert_line(&capture, " level=info event=first k=v l=\"w x\"\n");
    assert_line(&capture, " level=info event=second\n");
    ck_assert_uint_eq(receive(&capture, MSG_DONTWAIT), 0);
    capture_end(&capture);
}
END_TEST

/* A line with a value of `size` letters; returns the line's size. */
static size_t size_of_line(size_t size)
{
    char value[3000] = {0};
    memset(value, 'x', size);
    struct capture capture = capture_begin();
    LOG(LOG_INFO, "e", LOG_TEXT("k", value));
    size_t received = receive(&capture, MSG_DONTWAIT);
    ck_assert_uint_gt(received, 0);
    ck_assert_int_eq(capture.line[received - 1], '\n');
    ck_assert_ptr_eq(strchr(capture.line, '\n'), capture.line + received - 1);
    capture_end(&capture);
    return received;
}

START_TEST(test_a_long_line_is_cut_and_still_ends)
{
    size_t others = size_of_line(1) - 1;
    size_t longest = LINE_MAX_SIZE - others;
    ck_assert_uint_eq(size_of_line(longest - 1), LINE_MAX_SIZE - 1);
    ck_assert_uint_eq(size_of_line(longest), LINE_MAX_SIZE);
    ck_assert_uint_eq(size_of_line(longest + 1), LINE_MAX_SIZE);
    ck_assert_uint_eq(size_of_line(2999), LINE_MAX_SIZE);
}
END_TEST

START_TEST(test_a_long_line_of_escapes_is_cut_and_still_ends)
{
    char value[3000] = {0};
    memset(value, '\n', sizeof value - 1);
    struct capture capture = capture_begin();
    LOG(LOG_INFO, "e", LOG_TEXT("k", value), LOG_TEXT("l", value));
    size_t size = receive(&capture, MSG_DONTWAIT);
    ck_assert_uint_eq(size, LINE_MAX_SIZE);
    ck_assert_ptr_eq(strchr(capture.line, '\n'), capture.line + size - 1);
    capture_end(&capture);
}
END_TEST

static void log_at_every_level(void)
{
    LOG(LOG_ERROR, "e");
    LOG(LOG_WARN, "e");
    LOG(LOG_INFO, "e");
    LOG(LOG_DEBUG, "e");
}

/* The levels that pass are those up to `most`, and log_enabled() says the same. */
static void assert_passes_up_to(enum log_level most)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    struct capture capture = capture_begin();
    log_at_every_level();
    for (unsigned level = 0; level <= LOG_DEBUG; level++)
        ck_assert_int_eq(log_enabled((enum log_level)level) != 0, level <= (unsigned)most);
    for (unsigned level = 0; level <= (unsigned)most; level++) {
        char line[64];
        snprintf(line, sizeof line, " level=%s event=e\n", names[level]);
        assert_line(&capture, line);
    }
    ck_assert_uint_eq(receive(&capture, MSG_DONTWAIT), 0);
    capture_end(&capture);
}

START_TEST(test_lines_less_urgent_than_the_level_are_dropped)
{
    for (int level = LOG_ERROR; level <= LOG_DEBUG; level++) {
        log_set_level((enum log_level)level);
        assert_passes_up_to((enum log_level)level);
    }
    log_set_level(LOG_INFO);
}
END_TEST

START_TEST(test_the_level_is_info_unless_told_otherwise)
{
    assert_passes_up_to(LOG_INFO);
}
END_TEST

enum { WRITERS = 4, LINES = 200 };

static void *write_lines(void *value)
{
    for (unsigned i = 0; i < LINES; i++)
        LOG(LOG_INFO, "e", LOG_TEXT("k", value), LOG_TEXT("l", value));
    return NULL;
}

START_TEST(test_lines_of_several_threads_are_whole)
{
    static char values[WRITERS][200];
    struct capture capture = capture_begin();
    pthread_t threads[WRITERS];
    for (unsigned i = 0; i < WRITERS; i++) {
        memset(values[i], 'a' + (int)i, sizeof values[i] - 1);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines, values[i]), 0);
    }
    unsigned lines[WRITERS] = {0};
    for (unsigned i = 0; i < WRITERS * LINES; i++) {
        ck_assert_uint_gt(receive(&capture, 0), HEAD_SIZE);
        unsigned writer = (unsigned)(strstr(capture.line, "k=")[2] - 'a');
        ck_assert_uint_lt(writer, WRITERS);
        char expected[LINE_MAX_SIZE];
        snprintf(expected, sizeof expected, " level=info event=e k=%s l=%s\n", values[writer],
                 values[writer]);
        ck_assert_str_eq(capture.line + HEAD_SIZE, expected);
        lines[writer]++;
    }
    for (unsigned i = 0; i < WRITERS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_uint_eq(lines[i], LINES);
    }
    capture_end(&capture);
}
END_TEST

/* Receives one JSON line and compares what follows its time. */
static void assert_json(struct capture *capture, const char *expected)
{
    enum { JSON_HEAD_SIZE = 9 + CLOCK_TEXT_SIZE - 1 }; /* {"time":" and a time */
    ck_assert_uint_gt(receive(capture, MSG_DONTWAIT), JSON_HEAD_SIZE);
    ck_assert_mem_eq(capture->line, "{\"time\":\"", 9);
    ck_assert_str_eq(capture->line + JSON_HEAD_SIZE, expected);
}

START_TEST(test_a_line_can_be_a_json_object)
{
    struct capture capture = capture_begin();
    log_set_format(LOG_FORMAT_JSON);
    LOG(LOG_INFO, "listening", LOG_TEXT("address", "127.0.0.1"), LOG_NUMBER("port", 8080),
        LOG_NUMBER("low", INT64_MIN), LOG_TEXT("none", ""));
    assert_json(&capture, "\",\"level\":\"info\",\"event\":\"listening\",\"address\":\"127.0.0.1\","
                          "\"port\":8080,\"low\":-9223372036854775808,\"none\":\"\"}\n");
    LOG(LOG_ERROR, "e");
    assert_json(&capture, "\",\"level\":\"error\",\"event\":\"e\"}\n");
    capture_end(&capture);
}
END_TEST

START_TEST(test_json_escapes_what_json_forbids_and_mends_what_is_no_utf_8)
{
    struct capture capture = capture_begin();
    log_set_format(LOG_FORMAT_JSON);
    LOG(LOG_INFO, "e", LOG_TEXT("k", "a\"b\\c\n\x1f\x7f d=\xc3\xa9\xff\xc3"));
    assert_json(&capture, "\",\"level\":\"info\",\"event\":\"e\",\"k\":\"a\\\"b\\\\c\\u000a\\u001f"
                          "\\u007f d=\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\"}\n");
    capture_end(&capture);
}
END_TEST

START_TEST(test_a_json_line_stays_an_object_whatever_does_not_fit)
{
    char text[2 * LINE_MAX_SIZE];
    for (size_t length = LINE_MAX_SIZE - 100; length < LINE_MAX_SIZE + 10; length++) {
        struct capture capture = capture_begin();
        log_set_format(LOG_FORMAT_JSON);
        memset(text, '\n', sizeof text);
        memset(text, 'x', length);
        text[length + 1] = '\0';
        LOG(LOG_INFO, "e", LOG_TEXT("k", text), LOG_NUMBER("n", INT64_MIN), LOG_TEXT("l", "z"));
        size_t size = receive(&capture, MSG_DONTWAIT);
        ck_assert_uint_le(size, LINE_MAX_SIZE);
        ck_assert_uint_eq(strlen(capture.line), size);
        ck_assert_str_eq(capture.line + size - 2, "}\n");
        unsigned quotes = 0;
        for (const char *c = capture.line; *c != '\0'; c++)
            quotes += *c == '"';
        ck_assert_uint_eq(quotes % 2, 0);
        capture_end(&capture);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_line_has_the_documented_form,
        test_a_line_begins_with_the_time_it_was_written,
        test_an_event_without_fields_is_a_line,
        test_numbers_are_written_over_their_whole_range,
        test_plain_values_are_not_quoted,
        test_an_empty_value_is_a_pair_of_quotes,
        test_blanks_and_equals_signs_are_quoted,
        test_quotes_and_backslashes_are_escaped_within_quotes,
        test_control_characters_are_escaped,
        test_a_line_holds_no_line_end_but_its_last_byte,
        test_each_event_is_one_line_in_one_write,
        test_a_long_line_is_cut_and_still_ends,
        test_a_long_line_of_escapes_is_cut_and_still_ends,
        test_lines_less_urgent_than_the_level_are_dropped,
        test_the_level_is_info_unless_told_otherwise,
        test_lines_of_several_threads_are_whole,
        test_a_line_can_be_a_json_object,
        test_json_escapes_what_json_forbids_and_mends_what_is_no_utf_8,
        test_a_json_line_stays_an_object_whatever_does_not_fit,
        NULL,
    };
    return unit_run("log", tests);
}
