#include "engine/states.h"

#include <stdlib.h>

struct board_list {
    struct board *boards;
    size_t count;
    size_t capacity;
};

static enum err append(struct board_list *list, struct board board)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 1024 : 2 * list->capacity;
        struct board *boards = realloc(list->boards, capacity * sizeof *boards);
        if (boards == NULL)
            return ERR_NO_MEMORY;
        list->boards = boards;
        list->capacity = capacity;
    }
    list->boards[list->count++] = board;
    return ERR_OK;
}

static int compare(const void *a, const void *b)
{
    return board_compare(*(const struct board *)a, *(const struct board *)b);
}

/* Sorts list[from..] and drops its duplicates. */
static void sort_unique(struct board_list *list, size_t from)
{
    if (list->count == from)
        return;
    qsort(list->boards + from, list->count - from, sizeof list->boards[0], compare);
    size_t kept = from + 1;
    for (size_t i = from + 1; i < list->count; i++)
        if (board_compare(list->boards[i], list->boards[kept - 1]) != 0)
            list->boards[kept++] = list->boards[i];
    list->count = kept;
}

/* Appends the decision boards one move after `board`. */
static enum err append_successors(const struct game *game, struct board board,
                                  struct board_list *list)
{
    for (uint64_t empty = board_empty(game, board); empty != 0; empty &= empty - 1) {
        struct board after = board_play(board, (unsigned)__builtin_ctzll(empty));
        if (game_result(game, after) != RESULT_NONE)
            continue;
        enum err err = append(list, after);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

/* Boards with equally many stones form a layer; each layer follows from the one before. */
static enum err enumerate(const struct game *game, struct board_list *list)
{
    enum err err = append(list, (struct board){{0, 0}});
    size_t layer = 0;
    while (err == ERR_OK && layer < list->count) {
        size_t layer_end = list->count;
        for (size_t i = layer; i < layer_end && err == ERR_OK; i++)
            err = append_successors(game, list->boards[i], list);
        sort_unique(list, layer_end);
        layer = layer_end;
        if (err == ERR_OK && list->count > STATES_ROWS_MAX)
            err = ERR_UNSUPPORTED;
    }
    if (err == ERR_OK)
        sort_unique(list, 0);
    return err;
}

static void link_row(struct states *states, uint32_t row)
{
    struct board board = states->boards[row];
    uint64_t empty = board_empty(&states->game, board);
    for (unsigned cell = 0; cell < states->cells; cell++) {
        uint32_t next = row;
        if (empty >> cell & 1) {
            struct board after = board_play(board, cell);
            enum result result = game_result(&states->game, after);
            next = result == RESULT_NONE ? states_find(states, after) : states->rows + result - 1;
            states->moves++;
        }
        states->next[(size_t)row * states->cells + cell] = (uint16_t)next;
    }
}

static unsigned stones(struct board board)
{
    return (unsigned)__builtin_popcountll(board.stones[0] | board.stones[1]);
}

/* A counting sort by stones, the most first. */
static void order_backward(struct states *states)
{
    uint32_t begin[GAME_CELLS_MAX + 1] = {0}; /* by stones: where the next such row goes */
    for (uint32_t row = 0; row < states->rows; row++)
        for (unsigned fewer = 0; fewer < stones(states->boards[row]); fewer++)
            begin[fewer]++;
    for (uint32_t row = 0; row < states->rows; row++)
        states->backward[begin[stones(states->boards[row])]++] = (uint16_t)row;
}

enum err states_create(const struct game *game, struct states **out)
{
    if (!game_is_valid(game))
        return ERR_UNSUPPORTED;
    struct board_list list = {0};
    enum err err = enumerate(game, &list);
    if (err != ERR_OK) {
        free(list.boards);
        return err;
    }
    struct states *states = malloc(sizeof *states);
    uint16_t *next = malloc(list.count * game_cells(game) * sizeof *next);
    uint16_t *backward = malloc(list.count * sizeof *backward);
    if (states == NULL || next == NULL || backward == NULL) {
        free(list.boards);
        free(states);
        free(next);
        free(backward);
        return ERR_NO_MEMORY;
    }
    *states = (struct states){.game = *game,
                              .cells = game_cells(game),
                              .rows = (uint32_t)list.count,
                              .levels = game_cells(game) - game_shortest(game) + 1,
                              .boards = list.boards,
                              .next = next,
                              .backward = backward};
    for (uint32_t row = 0; row < states->rows; row++)
        link_row(states, row);
    order_backward(states);
    *out = states;
    return ERR_OK;
}

void states_destroy(struct states *states)
{
    if (states == NULL)
        return;
    free(states->boards);
    free(states->next);
    free(states->backward);
    free(states);
}

uint32_t states_find(const struct states *states, struct board board)
{
    uint32_t low = 0;
    uint32_t high = states->rows;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = board_compare(states->boards[middle], board);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return STATES_NO_ROW;
}
