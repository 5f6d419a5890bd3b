/*
 * The options: words of the command line, environment variables, and a file. In the input they end
 * with NUL, and the three parts with the byte 255.
 *
 * Options that can be used must read the same once they have been printed as a file.
 */
#include "config/config.h"
#include "fuzz/fuzz.h"
#include "support/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 24, PART_END = 255 };

static char file_path[FOLDER_PATH_SIZE];
static char printed_path[FOLDER_PATH_SIZE];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static struct folder folder;
    (void)argc;
    (void)argv;
    folder_make(&folder);
    folder_file(&folder, "ttstd.conf", file_path);
    folder_file(&folder, "printed.conf", printed_path);
    return 0;
}

/* The words of one part, up to WORDS_MAX - 1 and a NULL. They live in `part`. */
static void split(char *part, size_t size, char *out[WORDS_MAX], unsigned count)
{
    size_t at = 0;
    while (at < size && count < WORDS_MAX - 1) {
        out[count++] = part + at;
        at += strlen(part + at) + 1;
    }
    out[count] = NULL;
}

static enum config_verdict read_options(char *words[], char *variables[], struct config *out)
{
    char message[CONFIG_MESSAGE_SIZE];
    int count = 0;
    while (words[count] != NULL)
        count++;
    enum config_verdict verdict =
        config_read(count, words, variables, out, message, sizeof message);
    fuzz_require(memchr(message, '\0', sizeof message) != NULL);
    fuzz_require((verdict == CONFIG_UNUSABLE) == (message[0] != '\0'));
    fuzz_require(strpbrk(message, "\n\r") == NULL);
    return verdict;
}

static char *print(const struct config *config, size_t *out_size)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, out_size);
    fuzz_require(file != NULL);
    config_print(config, file);
    fuzz_require(fclose(file) == 0);
    return text;
}

static void require_same_when_printed(const struct config *config)
{
    size_t size;
    size_t size_again;
    char *text = print(config, &size);
    folder_write(printed_path, text, size);
    char *words[] = {(char[]){"ttstd"}, (char[]){"--config"}, printed_path, NULL};
    struct config *again = calloc(1, sizeof *again);
    fuzz_require(again != NULL);
    enum config_verdict verdict = read_options(words, NULL, again);
    if (verdict != CONFIG_SERVE)
        fprintf(stderr, "%.*s", (int)size, text);
    fuzz_require(verdict == CONFIG_SERVE);
    char *text_again = print(again, &size_again);
    fuzz_require(size == size_again && memcmp(text, text_again, size) == 0);
    free(text_again);
    free(text);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input input = {bytes, size};
    size_t sizes[2];
    char *parts[2];
    char program[] = "ttstd";
    char flag[] = "--config";
    char *words[WORDS_MAX] = {program, flag, file_path};
    char *variables[WORDS_MAX];
    for (unsigned i = 0; i < 2; i++)
        parts[i] = fuzz_word(&input, PART_END, &sizes[i]);
    folder_write(file_path, input.bytes, input.size);
    split(parts[0], sizes[0], words, input.size > 0 ? 3 : 1);
    split(parts[1], sizes[1], variables, 0);
    struct config *config = calloc(1, sizeof *config);
    fuzz_require(config != NULL);
    enum config_verdict verdict = read_options(words, variables, config);
    if (verdict == CONFIG_SERVE || verdict == CONFIG_PRINT)
        require_same_when_printed(config);
    free(config);
    free(parts[0]);
    free(parts[1]);
    return 0;
}
