#include "support/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_TEMPLATE "/tmp/ttstd-test-config-XXXXXX"

struct options options;

static void make_file(void)
{
    memcpy(options.file, FILE_TEMPLATE, sizeof FILE_TEMPLATE);
    int fd = mkstemp(options.file);
    ck_assert_int_ge(fd, 0);
    close(fd);
    memset(&options.config, 0, sizeof options.config);
}

static void remove_file(void)
{
    unlink(options.file);
}

int options_run(const char *name, void (*add)(TCase *tests))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_add_checked_fixture(tests, make_file, remove_file);
    add(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void options_write(const char *text)
{
    options_write_bytes(text, strlen(text));
}

void options_write_bytes(const char *bytes, size_t size)
{
    FILE *out = fopen(options.file, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes, 1, size, out), size);
    ck_assert_int_eq(fclose(out), 0);
}

enum config_verdict options_read(const char *const words[], const char *const variables[])
{
    return options_read_into(words, variables, options.message, sizeof options.message);
}

/* main's argv and environ are not const; config_read() writes to neither. */
enum config_verdict options_read_into(const char *const words[], const char *const variables[],
                                      char *room, size_t size)
{
    int count = 0;
    while (words[count] != NULL)
        count++;
    return config_read(count, (char *const *)words, (char *const *)variables, &options.config, room,
                       size);
}

void options_assert_serves(const char *const words[], const char *const variables[])
{
    enum config_verdict verdict = options_read(words, variables);
    ck_assert_str_eq(options.message, "");
    ck_assert_int_eq(verdict, CONFIG_SERVE);
}

void options_assert_refused(const char *const words[], const char *const variables[],
                            const char *expected)
{
    ck_assert_int_eq(options_read(words, variables), CONFIG_UNUSABLE);
    ck_assert_str_eq(options.message, expected);
}

void options_assert_file_refused(const char *text, const char *expected)
{
    char whole[CONFIG_MESSAGE_SIZE];
    snprintf(whole, sizeof whole, "%s%s", options.file, expected);
    options_write(text);
    options_assert_refused(WORDS("--config", options.file), NULL, whole);
}

char *options_long_text(const char *head, size_t size)
{
    size_t head_length = strlen(head);
    char *text = malloc(head_length + size);
    ck_assert_ptr_nonnull(text);
    memcpy(text, head, head_length);
    memset(text + head_length, 'x', size - 1);
    text[head_length + size - 1] = '\0';
    return text;
}

char *options_printed(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    config_print(&options.config, out);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}
