/* Rows of the table `receipt`. */
#include "store/row_digest.h"
#include "store/statement.h"
#include "store/store.h"

#include <string.h>

/* To find the oldest that stays takes some milliseconds, so that is not done each time. */
enum { PRUNE_EVERY = 1024 };

static enum err prune(struct store *store)
{
    return statement_run_with(store_database(store),
                              "DELETE FROM receipt WHERE (created_at, token, key) <="
                              " (SELECT created_at, token, key FROM receipt"
                              " ORDER BY created_at DESC, token DESC, key DESC LIMIT 1 OFFSET ?)",
                              STORE_RECEIPTS_MAX);
}

static enum err put(struct store *store, const struct receipt_record *receipt)
{
    struct statement put;
    statement_begin(&put, store_database(store),
                    "INSERT OR REPLACE INTO receipt (token, key, request, status, location, body,"
                    " created_at, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                    " row_digest(?1, ?2, ?3, ?4, ?5, ?6, ?7))");
    statement_bind_text(&put, receipt->token);
    statement_bind_text(&put, receipt->key);
    statement_bind_blob(&put, receipt->request, sizeof receipt->request);
    statement_bind_int(&put, receipt->status);
    statement_bind_optional_text(&put, receipt->location);
    statement_bind_blob(&put, receipt->body.bytes, receipt->body.size);
    statement_bind_int(&put, receipt->created_at_ms);
    return statement_run(&put);
}

enum err store_put_receipt(struct store *store, const struct receipt_record *receipt)
{
    enum err err = put(store, receipt);
    const bool is_due = store_database(store)->receipts_put++ % PRUNE_EVERY == 0;
    return err == ERR_OK && is_due ? prune(store) : err;
}

enum err store_find_receipt(struct store *store, int64_t since_ms, struct receipt_record *out)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT request, status, location, body, created_at,"
                    " digest IS " RECEIPT_DIGEST " FROM receipt"
                    " WHERE token = ? AND key = ? AND created_at >= ?");
    statement_bind_text(&row, out->token);
    statement_bind_text(&row, out->key);
    statement_bind_int(&row, since_ms);
    if (!statement_next_row(&row)) {
        enum err err = statement_end(&row);
        return err == ERR_OK ? ERR_NOT_FOUND : err;
    }
    size_t size;
    const char *request = statement_blob(&row, &size);
    if (size == sizeof out->request)
        memcpy(out->request, request, size);
    else
        statement_reject(&row);
    out->status = statement_u32(&row);
    statement_text(&row, out->location, sizeof out->location);
    const char *body = statement_blob(&row, &size);
    text_add(&out->body, body, size);
    if (out->body.failed)
        statement_fail(&row, ERR_NO_MEMORY);
    out->created_at_ms = statement_time(&row);
    if (statement_is_altered(&row))
        statement_reject(&row);
    return statement_end(&row);
}

enum err store_forget_receipts(struct store *store, int64_t before_ms)
{
    return statement_run_with(store_database(store), "DELETE FROM receipt WHERE created_at < ?",
                              before_ms);
}

enum err store_check_receipts(struct store *store)
{
    struct statement row;
    statement_begin(&row, store_database(store),
                    "SELECT 1 FROM receipt WHERE digest IS NOT " RECEIPT_DIGEST);
    if (statement_next_row(&row))
        statement_reject(&row);
    return statement_end(&row);
}
