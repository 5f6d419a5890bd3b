#include "support/old_database.h"

#include "support/folder.h"
#include "support/unit.h"

#include <stdlib.h>

const struct old_database *const old_databases[OLD_DATABASES] = {&old_database_1, &old_database_2,
                                                                 &old_database_3, &old_database_4,
                                                                 &old_database_5, &old_database_6};

void old_database_write(const struct old_database *old, const char *path)
{
    size_t size = 0;
    char *bytes = folder_read(old->file, &size);
    ck_assert_msg(bytes != NULL, "tests run from the project's root");
    folder_write(path, bytes, size);
    free(bytes);
}
