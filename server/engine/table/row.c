#include "engine/table/row.h"

__extension__ const uint32_t row_window[2 * (ROW_CELLS + 1)] = {
    [ROW_CELLS + 1 ... 2 * ROW_CELLS + 1] = UINT32_MAX};
