#include "engine/patterns/patterns.h"

#include "engine/game/symmetry.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    CELLS_MAX = 12, /* of a pattern: two columns of six */
    LINE_MAX = 8,   /* longer lines are read in windows */
    COLUMN_MAX = 6, /* likewise columns, two beside each other */
    RUN_MAX = 5,    /* as long as windows get */
    NO_CELL = 255,
};

/* A group of cells, column by column, each from below. */
struct group {
    unsigned count;
    uint8_t cells[CELLS_MAX];
};

/* What is made. */
struct builder {
    struct patterns *patterns;
    struct symmetry symmetry;
    struct group group[PATTERNS_SLOTS_MAX];
    struct touch touches[GAME_CELLS_MAX][2 * PATTERNS_SLOTS_MAX];
    unsigned touch_count[GAME_CELLS_MAX];
    enum err err;
};

/* Groups. */

static uint64_t image_set(const struct builder *builder, const struct group *group, unsigned image)
{
    uint64_t set = 0;
    for (unsigned i = 0; i < group->count; i++)
        set |= (uint64_t)1 << builder->symmetry.image[image][group->cells[i]];
    return set;
}

static bool is_known(const struct builder *builder, const struct group *group)
{
    const uint64_t set = image_set(builder, group, 0);
    for (unsigned i = 0; i < builder->patterns->patterns; i++)
        for (unsigned image = 0; image < builder->symmetry.count; image++)
            if (image_set(builder, &builder->group[i], image) == set)
                return true;
    return false;
}

static void sort(const struct game *game, struct group *group)
{
    const unsigned width = game->width;
    for (unsigned i = 1; i < group->count; i++)
        for (unsigned k = i; k > 0; k--) {
            const unsigned a = group->cells[k - 1];
            const unsigned b = group->cells[k];
            if (a % width < b % width || (a % width == b % width && a < b))
                break;
            group->cells[k - 1] = (uint8_t)b;
            group->cells[k] = (uint8_t)a;
        }
}

static void add(struct builder *builder, struct group *group)
{
    struct patterns *patterns = builder->patterns;
    sort(&patterns->game, group);
    if (builder->err != ERR_OK || is_known(builder, group))
        return;
    if ((patterns->patterns + 1) * builder->symmetry.count > PATTERNS_SLOTS_MAX) {
        builder->err = ERR_UNSUPPORTED;
        return;
    }
    builder->group[patterns->patterns++] = *group;
}

/* `count` cells from a cell on, each a step further, to a group that is full thereafter. */
static void put(struct group *group, unsigned cell, int step, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        group->cells[group->count++] = (uint8_t)((int)cell + (int)i * step);
}

static bool is_on(const struct game *game, int row, int column)
{
    return row >= 0 && row < game->height && column >= 0 && column < game->width;
}

/* How many cells there are in a direction, that one included. */
static unsigned reach(const struct game *game, int row, int column, const int direction[2])
{
    unsigned cells = 0;
    for (; is_on(game, row, column); row += direction[0], column += direction[1])
        cells++;
    return cells;
}

static const int directions[4][2] = {{0, 1}, {1, 0}, {1, 1}, {1, -1}}; /* rows, columns */

static void add_line(struct builder *builder, int row, int column, const int direction[2])
{
    const struct game *game = &builder->patterns->game;
    const unsigned length = reach(game, row, column, direction);
    const unsigned window = length < LINE_MAX ? length : LINE_MAX;
    const int step = direction[0] * game->width + direction[1];
    const int first = row * game->width + column;
    if (length < game->run || is_on(game, row - direction[0], column - direction[1]))
        return;
    for (unsigned i = 0; i + window <= length; i++) {
        struct group group = {.count = 0};
        put(&group, (unsigned)(first + (int)i * step), step, window);
        add(builder, &group);
    }
}

static void add_lines(struct builder *builder)
{
    const struct game *game = &builder->patterns->game;
    for (unsigned i = 0; i < 4; i++)
        for (int row = 0; row < game->height; row++)
            for (int column = 0; column < game->width; column++)
                add_line(builder, row, column, directions[i]);
}

/* Two lines of so many cells, the second a step from the first, wherever there is room. */
static void add_windows(struct builder *builder, unsigned length, const int direction[2],
                        const int second[2])
{
    const struct game *game = &builder->patterns->game;
    const int step = direction[0] * game->width + direction[1];
    for (int row = 0; row < game->height; row++)
        for (int column = 0; column < game->width; column++) {
            const int row_2 = row + second[0];
            const int column_2 = column + second[1];
            struct group group = {.count = 0};
            if (reach(game, row, column, direction) < length ||
                reach(game, row_2, column_2, direction) < length)
                continue;
            put(&group, (unsigned)(row * game->width + column), step, length);
            put(&group, (unsigned)(row_2 * game->width + column_2), step, length);
            add(builder, &group);
        }
}

static void add_groups(struct builder *builder)
{
    static const int right[2] = {0, 1};
    static const int up[2] = {1, 0};
    static const int slanted[2] = {1, 1};
    const struct game *game = &builder->patterns->game;
    const unsigned run = game->run < RUN_MAX ? game->run : RUN_MAX;
    const unsigned column = game->height < COLUMN_MAX ? game->height : COLUMN_MAX;
    add_lines(builder);
    add_windows(builder, run, right, up);
    add_windows(builder, run, slanted, up);
    add_windows(builder, game->gravity ? column : run, up, right);
}

/* Indexes. */

static void add_touch(struct builder *builder, unsigned cell, unsigned slot, uint32_t step_1,
                      uint32_t step_2)
{
    struct touch *touches = builder->touches[cell];
    unsigned *count = &builder->touch_count[cell];
    if (*count == 0 || touches[*count - 1].slot != slot)
        touches[(*count)++] = (struct touch){.slot = slot};
    touches[*count - 1].steps[0] += step_1;
    touches[*count - 1].steps[1] += step_2;
}

/* The cell below, or NO_CELL. */
static unsigned below(const struct game *game, unsigned cell)
{
    return cell >= game->width ? cell - game->width : NO_CELL;
}

/* The touches of a slot under gravity, and its index on the empty board; returns the bits that an
 * index has. Images keep what is above and below, so runs are those of the pattern. */
static unsigned read_columns(struct builder *builder, const struct group *group, unsigned image,
                             unsigned slot, uint32_t *out_empty)
{
    const struct game *game = &builder->patterns->game;
    const uint8_t *to = builder->symmetry.image[image];
    unsigned shift = 0;
    *out_empty = 0;
    for (unsigned i = 0; i < group->count;) {
        const unsigned lowest = to[group->cells[i]];
        const unsigned under = below(game, lowest);
        unsigned height = 0;
        if (under == NO_CELL)
            *out_empty += (uint32_t)1 << shift;
        else
            add_touch(builder, under, slot, (uint32_t)1 << shift, (uint32_t)1 << shift);
        do {
            add_touch(builder, to[group->cells[i]], slot, (uint32_t)1 << (shift + height),
                      (uint32_t)2 << (shift + height));
            height++;
            i++;
        } while (i < group->count && group->cells[i] == group->cells[i - 1] + game->width);
        shift += height + 1;
    }
    return shift;
}

/* Without gravity; returns how many indexes there are. */
static uint32_t read_cells(struct builder *builder, const struct group *group, unsigned image,
                           unsigned slot)
{
    uint32_t power = 1;
    for (unsigned i = 0; i < group->count; i++, power *= 3)
        add_touch(builder, builder->symmetry.image[image][group->cells[i]], slot, power, 2 * power);
    return power;
}

static void number_slots(struct builder *builder)
{
    struct patterns *patterns = builder->patterns;
    for (unsigned i = 0; i < patterns->patterns; i++) {
        uint32_t entries = 0;
        for (unsigned image = 0; image < builder->symmetry.count; image++) {
            const unsigned slot = patterns->slots++;
            uint32_t empty = 0;
            entries = patterns->game.gravity
                          ? (uint32_t)1
                                << read_columns(builder, &builder->group[i], image, slot, &empty)
                          : read_cells(builder, &builder->group[i], image, slot);
            patterns->empty[slot] = patterns->entries + empty;
        }
        patterns->entries += entries;
    }
}

static enum err keep_touches(struct builder *builder)
{
    struct patterns *patterns = builder->patterns;
    const unsigned cells = game_cells(&patterns->game);
    uint32_t count = 0;
    for (unsigned cell = 0; cell < cells; cell++) {
        patterns->touches_of[cell] = count;
        count += builder->touch_count[cell];
    }
    patterns->touches_of[cells] = count;
    assert(count > 0); /* a run is a line */
    patterns->touches = calloc(count, sizeof *patterns->touches);
    for (unsigned cell = 0; cell < cells && patterns->touches != NULL; cell++)
        memcpy(&patterns->touches[patterns->touches_of[cell]], builder->touches[cell],
               builder->touch_count[cell] * sizeof *patterns->touches);
    return patterns->touches != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* Runs. */

static uint64_t run_from(const struct game *game, int row, int column, const int direction[2])
{
    uint64_t run = 0;
    for (unsigned i = 0; i < game->run; i++) {
        assert(is_on(game, row, column));
        run |= (uint64_t)1 << (row * game->width + column);
        row += direction[0];
        column += direction[1];
    }
    return run;
}

/* The runs through a cell, to `out`, which may be NULL; returns how many. */
static uint32_t find_runs(const struct game *game, unsigned cell, uint64_t *out)
{
    const int row = (int)(cell / game->width);
    const int column = (int)(cell % game->width);
    uint32_t count = 0;
    for (unsigned i = 0; i < 4; i++)
        for (int back = 0; back < game->run; back++) {
            const int *direction = directions[i];
            const int first_row = row - back * direction[0];
            const int first_column = column - back * direction[1];
            if (reach(game, first_row, first_column, direction) < game->run)
                continue;
            if (out != NULL)
                out[count] = run_from(game, first_row, first_column, direction);
            count++;
        }
    return count;
}

static enum err keep_runs(struct patterns *patterns)
{
    const unsigned cells = game_cells(&patterns->game);
    uint32_t count = 0;
    for (unsigned cell = 0; cell < cells; cell++) {
        patterns->runs_of[cell] = count;
        count += find_runs(&patterns->game, cell, NULL);
    }
    patterns->runs_of[cells] = count;
    assert(count > 0); /* a run fits on the board */
    patterns->runs = calloc(count, sizeof *patterns->runs);
    for (unsigned cell = 0; cell < cells && patterns->runs != NULL; cell++)
        (void)find_runs(&patterns->game, cell, &patterns->runs[patterns->runs_of[cell]]);
    return patterns->runs != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static enum err build(struct builder *builder)
{
    symmetry_of(&builder->patterns->game, &builder->symmetry);
    add_groups(builder);
    if (builder->err != ERR_OK)
        return builder->err;
    number_slots(builder);
    enum err err = keep_touches(builder);
    return err == ERR_OK ? keep_runs(builder->patterns) : err;
}

enum err patterns_create(const struct game *game, struct patterns **out)
{
    if (!game_is_valid(game))
        return ERR_UNSUPPORTED;
    struct builder *builder = calloc(1, sizeof *builder);
    struct patterns *patterns = calloc(1, sizeof *patterns);
    enum err err = builder != NULL && patterns != NULL ? ERR_OK : ERR_NO_MEMORY;
    if (err == ERR_OK) {
        patterns->game = *game;
        builder->patterns = patterns;
        err = build(builder);
    }
    free(builder);
    if (err != ERR_OK) {
        patterns_destroy(patterns);
        return err;
    }
    *out = patterns;
    return ERR_OK;
}

void patterns_destroy(struct patterns *patterns)
{
    if (patterns == NULL)
        return;
    free(patterns->touches);
    free(patterns->runs);
    free(patterns);
}

void patterns_read(const struct patterns *patterns, struct board board,
                   uint32_t out[PATTERNS_SLOTS_MAX])
{
    memcpy(out, patterns->empty, patterns->slots * sizeof out[0]);
    for (unsigned player = 0; player < 2; player++)
        for (uint64_t stones = board.stones[player]; stones != 0; stones &= stones - 1) {
            const unsigned cell = (unsigned)__builtin_ctzll(stones);
            for (uint32_t i = patterns->touches_of[cell]; i < patterns->touches_of[cell + 1]; i++)
                out[patterns->touches[i].slot] += patterns->touches[i].steps[player];
        }
}

bool patterns_win(const struct patterns *patterns, uint64_t stones, unsigned cell)
{
    for (uint32_t i = patterns->runs_of[cell]; i < patterns->runs_of[cell + 1]; i++)
        if ((patterns->runs[i] & ~stones) == 0)
            return true;
    return false;
}
