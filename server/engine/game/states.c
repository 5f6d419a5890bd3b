#include "engine/game/states.h"

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

struct search {
    const struct game *game;
    const struct symmetry *symmetry; /* NULL: every board counts for itself */
    struct board_list found;
};

/* Appends the decision boards one move after `board`. */
static enum err append_successors(struct search *search, struct board board)
{
    const struct game *game = search->game;
    for (uint64_t empty = board_empty(game, board); empty != 0; empty &= empty - 1) {
        struct board after = board_play(board, (unsigned)__builtin_ctzll(empty));
        unsigned ignored;
        if (game_result(game, after) != RESULT_NONE)
            continue;
        if (search->symmetry != NULL)
            after = symmetry_canonical(search->symmetry, after, &ignored);
        enum err err = append(&search->found, after);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

/* Boards with equally many stones form a layer; each layer follows from the one before. */
static enum err enumerate(struct search *search)
{
    struct board_list *list = &search->found;
    enum err err = append(list, (struct board){{0, 0}});
    size_t layer = 0;
    while (err == ERR_OK && layer < list->count) {
        size_t layer_end = list->count;
        for (size_t i = layer; i < layer_end && err == ERR_OK; i++)
            err = append_successors(search, list->boards[i]);
        sort_unique(list, layer_end);
        layer = layer_end;
        if (err == ERR_OK && list->count > STATES_ROWS_MAX)
            err = ERR_UNSUPPORTED;
    }
    if (err == ERR_OK)
        sort_unique(list, 0);
    return err;
}

/* The empty cells, or those that are the lowest of their orbits. */
static uint64_t find_legal(const struct states *states, struct board board)
{
    uint64_t empty = board_empty(&states->game, board);
    if (!states->is_reduced)
        return empty;
    uint64_t legal = 0;
    while (empty != 0) {
        unsigned cell = (unsigned)__builtin_ctzll(empty);
        legal |= (uint64_t)1 << cell;
        empty &= ~symmetry_orbit(&states->symmetry, board, cell);
    }
    return legal;
}

static uint32_t find_next(const struct states *states, uint32_t row, unsigned cell)
{
    struct board after = board_play(states->boards[row], cell);
    enum result result = game_result(&states->game, after);
    return result == RESULT_NONE ? states_find(states, after) : states->rows + result - 1;
}

static void link_row(struct states *states, uint32_t row)
{
    uint64_t legal = states->legal[row] = find_legal(states, states->boards[row]);
    for (unsigned cell = 0; cell < states->cells; cell++) {
        bool is_legal = legal >> cell & 1;
        states->next[(size_t)row * states->cells + cell] =
            (uint16_t)(is_legal ? find_next(states, row, cell) : row);
        states->moves += is_legal;
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

/* Takes over `boards`. */
static enum err create_from(const struct game *game, bool is_reduced, struct board_list boards,
                            struct states **out)
{
    struct states *states = calloc(1, sizeof *states);
    if (states == NULL) {
        free(boards.boards);
        return ERR_NO_MEMORY;
    }
    *states = (struct states){
        .game = *game,
        .cells = game_cells(game),
        .rows = (uint32_t)boards.count,
        .levels = game_cells(game) - game_shortest(game) + 1,
        .is_reduced = is_reduced,
        .boards = boards.boards,
        .legal = malloc(boards.count * sizeof(uint64_t)),
        .next = malloc(boards.count * game_cells(game) * sizeof(uint16_t)),
        .backward = malloc(boards.count * sizeof(uint16_t)),
    };
    symmetry_of(game, &states->symmetry);
    if (states->legal == NULL || states->next == NULL || states->backward == NULL) {
        states_destroy(states);
        return ERR_NO_MEMORY;
    }
    for (uint32_t row = 0; row < states->rows; row++)
        link_row(states, row);
    order_backward(states);
    *out = states;
    return ERR_OK;
}

static enum err create(const struct game *game, bool is_reduced, struct states **out)
{
    if (!game_is_valid(game))
        return ERR_UNSUPPORTED;
    struct symmetry symmetry;
    symmetry_of(game, &symmetry);
    struct search search = {.game = game, .symmetry = is_reduced ? &symmetry : NULL};
    enum err err = enumerate(&search);
    if (err != ERR_OK) {
        free(search.found.boards);
        return err;
    }
    return create_from(game, is_reduced, search.found, out);
}

enum err states_create(const struct game *game, struct states **out)
{
    return create(game, false, out);
}

enum err states_create_reduced(const struct game *game, struct states **out)
{
    return create(game, true, out);
}

void states_destroy(struct states *states)
{
    if (states == NULL)
        return;
    free(states->boards);
    free(states->legal);
    free(states->next);
    free(states->backward);
    free(states);
}

static uint32_t find_listed(const struct states *states, struct board board)
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

uint32_t states_find(const struct states *states, struct board board)
{
    unsigned ignored;
    if (states->is_reduced)
        board = symmetry_canonical(&states->symmetry, board, &ignored);
    return find_listed(states, board);
}

/* The cells that a cell of a row's board is the same as. */
static uint64_t orbit_in_row(const struct states *states, uint32_t row, unsigned cell)
{
    if (!states->is_reduced)
        return (uint64_t)1 << cell;
    return symmetry_orbit(&states->symmetry, states->boards[row], cell);
}

unsigned states_orbit_size(const struct states *states, uint32_t row, unsigned cell)
{
    return (unsigned)__builtin_popcountll(orbit_in_row(states, row, cell));
}

bool states_place(const struct states *states, struct board board, struct place *out)
{
    unsigned image = 0;
    out->board = board;
    if (states->is_reduced)
        board = symmetry_canonical(&states->symmetry, board, &image);
    out->row = find_listed(states, board);
    if (out->row == STATES_NO_ROW)
        return false;
    const uint8_t *there = states->symmetry.image[image];
    for (unsigned cell = 0; cell < states->cells; cell++)
        out->cell[cell] =
            states->is_reduced
                ? (uint8_t)__builtin_ctzll(orbit_in_row(states, out->row, there[cell]))
                : (uint8_t)cell;
    return true;
}
