/*
 * width - the most moves that a board may have in a game that this build learns. It is the kernels'
 * width (table/row.h). The same sources make an engine of any other width up to 63: the tests build
 * one with ENGINE_ROW_CELLS, and it learns the same from the same seed.
 */
#ifndef TTSTD_ENGINE_WIDTH_H
#define TTSTD_ENGINE_WIDTH_H

#ifndef ENGINE_ROW_CELLS
#define ENGINE_ROW_CELLS 9
#endif

enum { BRAIN_MOVES_MAX = ENGINE_ROW_CELLS };

#endif
