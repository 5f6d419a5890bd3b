#include "store/row_digest.h"

#include "base/bytes.h"
#include "base/sha256.h"

#include <stdbool.h>
#include <string.h>

static void add_number(struct sha256 *hash, uint64_t number)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    sha256_add(hash, bytes, sizeof bytes);
}

static void add_real(struct sha256 *hash, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    add_number(hash, bits);
}

/* Of a text or blob. False without memory. */
static bool add_bytes(struct sha256 *hash, sqlite3_value *value)
{
    const void *bytes = sqlite3_value_blob(value);
    size_t size = (size_t)sqlite3_value_bytes(value);
    add_number(hash, size);
    if (bytes != NULL)
        sha256_add(hash, bytes, size);
    return bytes != NULL || size == 0;
}

static bool add_value(struct sha256 *hash, sqlite3_value *value)
{
    static const uint8_t null = 255;
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        add_number(hash, (uint64_t)sqlite3_value_int64(value));
        return true;
    case SQLITE_FLOAT:
        add_real(hash, sqlite3_value_double(value));
        return true;
    case SQLITE_NULL:
        sha256_add(hash, &null, sizeof null);
        return true;
    default:
        return add_bytes(hash, value);
    }
}

static void digest(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct sha256 hash;
    uint8_t bytes[SHA256_SIZE];
    sha256_start(&hash);
    bool is_whole = true;
    for (int i = 0; i < count; i++)
        is_whole = add_value(&hash, values[i]) && is_whole;
    sha256_end(&hash, bytes);
    if (is_whole)
        sqlite3_result_blob(context, bytes, sizeof bytes, SQLITE_TRANSIENT);
    else
        sqlite3_result_error_nomem(context);
}

/* Where they stand: engine/table/bytes.c. */
static void count_in_table(sqlite3_context *context, int count, sqlite3_value **values)
{
    enum { FIRST = 16 };
    struct reader in = {.bytes = sqlite3_value_blob(values[0]),
                        .size = (size_t)sqlite3_value_bytes(values[0])};
    (void)count;
    (void)reader_take(&in, FIRST + 8 * (size_t)sqlite3_value_int(values[1]));
    const uint64_t number = reader_u64(&in);
    sqlite3_result_int64(context, in.failed || number > INT64_MAX ? -1 : (int64_t)number);
}

int row_digest_register(sqlite3 *handle)
{
    const int kind = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    const int code =
        sqlite3_create_function(handle, "row_digest", -1, kind, NULL, digest, NULL, NULL);
    return code == SQLITE_OK ? sqlite3_create_function(handle, "table_count", 2, kind, NULL,
                                                       count_in_table, NULL, NULL)
                             : code;
}
