#include "support/spoil.h"

#include <string.h>

enum { RUN_MAX = 64, HEADER_SIZE = 100 };

static size_t below(struct rng *rng, size_t end)
{
    return (size_t)(rng_next(rng) % end);
}

static void flip(struct rng *rng, char *bytes, size_t size)
{
    bytes[below(rng, size)] ^= (char)(1u << below(rng, 8));
}

static void fill(struct rng *rng, char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)rng_next(rng);
}

static void fill_some(struct rng *rng, char *bytes, size_t size)
{
    size_t length = 1 + below(rng, RUN_MAX);
    fill(rng, bytes + below(rng, size - length), length);
}

static char *any_page(struct rng *rng, char *bytes, size_t size)
{
    return bytes + below(rng, size / SPOIL_PAGE) * SPOIL_PAGE;
}

static char *told_page(struct rng *rng, struct spoil_pages pages, char *bytes)
{
    return bytes + (size_t)pages.pages[below(rng, pages.count)] * SPOIL_PAGE;
}

/* Where something is: much of such a page is empty. */
static char *told_byte(struct rng *rng, struct spoil_pages pages, char *bytes)
{
    char *page = told_page(rng, pages, bytes);
    size_t at = below(rng, SPOIL_PAGE);
    while (page[at] == 0)
        at = below(rng, SPOIL_PAGE);
    return page + at;
}

static void swap(char *a, char *b)
{
    char page[SPOIL_PAGE];
    memcpy(page, a, SPOIL_PAGE);
    memmove(a, b, SPOIL_PAGE);
    memcpy(b, page, SPOIL_PAGE);
}

size_t spoil(enum spoil_kind kind, struct rng *rng, struct spoil_pages pages, char *bytes,
             size_t size)
{
    switch (kind) {
    case SPOIL_CUT:
        return below(rng, size);
    case SPOIL_BIT:
        flip(rng, bytes, size);
        break;
    case SPOIL_BIT_IN:
        flip(rng, told_byte(rng, pages, bytes), 1);
        break;
    case SPOIL_HEADER:
        fill(rng, bytes + below(rng, HEADER_SIZE - 4), 1 + below(rng, 4));
        break;
    case SPOIL_RUN:
        fill_some(rng, bytes, size);
        break;
    case SPOIL_BYTE_IN:
        fill(rng, told_byte(rng, pages, bytes), 1);
        break;
    case SPOIL_SWAP:
        swap(any_page(rng, bytes, size), any_page(rng, bytes, size));
        break;
    case SPOIL_SWAP_IN:
        swap(told_page(rng, pages, bytes), any_page(rng, bytes, size));
        break;
    case SPOIL_DOUBLE:
        memmove(any_page(rng, bytes, size), any_page(rng, bytes, size), SPOIL_PAGE);
        break;
    case SPOIL_NOTHING:
        memset(any_page(rng, bytes, size), 0, SPOIL_PAGE);
        break;
    default:
        fill(rng, any_page(rng, bytes, size), SPOIL_PAGE);
        break;
    }
    return size;
}

const char *spoil_kind_name(enum spoil_kind kind)
{
    static const char *const names[] = {
        "cut",
        "bit",
        "bit of a told page",
        "header",
        "run",
        "byte of a told page",
        "swap",
        "swap with a told page",
        "double",
        "nothing",
        "noise",
    };
    return names[kind];
}
