#include "engine/row.h"

_Static_assert(ROW_CELLS == 9, "the table below is as wide as a row");

#define ONES UINT32_MAX
const uint32_t row_above[ROW_CELLS][ROW_CELLS + 1] = {
    {0, ONES, ONES, ONES, ONES, ONES, ONES, ONES, ONES, ONES},
    {0, 0, ONES, ONES, ONES, ONES, ONES, ONES, ONES, ONES},
    {0, 0, 0, ONES, ONES, ONES, ONES, ONES, ONES, ONES},
    {0, 0, 0, 0, ONES, ONES, ONES, ONES, ONES, ONES},
    {0, 0, 0, 0, 0, ONES, ONES, ONES, ONES, ONES},
    {0, 0, 0, 0, 0, 0, ONES, ONES, ONES, ONES},
    {0, 0, 0, 0, 0, 0, 0, ONES, ONES, ONES},
    {0, 0, 0, 0, 0, 0, 0, 0, ONES, ONES},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, ONES},
};
#undef ONES
