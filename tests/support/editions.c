#include "support/editions.h"

#include "support/unit.h"

struct edition *editions_of(struct brain *table)
{
    struct edition *edition;
    ck_assert_int_eq(edition_create(table, &edition), ERR_OK);
    return edition;
}
