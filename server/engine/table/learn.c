#include "engine/table/face.h"
#include "engine/table/table.h"

/* A match on the rows that its moves were made from. */
struct course {
    const struct match *match;
    struct place places[ROW_CELLS];
};

static void follow(const struct brain *brain, const struct match *match, struct course *out)
{
    struct board board = {{0, 0}};
    out->match = match;
    for (unsigned ply = 0; ply < match->plies; ply++) {
        (void)states_place(brain->states, board, &out->places[ply]);
        board = board_play(board, match->moves[ply]);
    }
}

static bool learns(unsigned learners, unsigned ply)
{
    return learners >> (ply & 1) & 1;
}

/* The cell of its row that a move stands for. */
static unsigned cell_in_row(const struct course *course, unsigned ply)
{
    return course->places[ply].cell[course->match->moves[ply]];
}

/* As prove_match() of selfplay_loop.h. */
static void prove(struct brain *brain, const struct course *course, unsigned learners)
{
    int proof = course->match->result == RESULT_DRAW ? 0 : 1; /* for who made the last move */
    for (unsigned ply = course->match->plies; ply-- > 0;)
        proof = row_prove(&brain->rows[course->places[ply].row], cell_in_row(course, ply), proof,
                          learns(learners, ply));
}

unsigned table_learn(struct brain *brain, const struct match *match, unsigned learners,
                     struct match_change out[])
{
    struct course course;
    unsigned count = 0;
    follow(brain, match, &course);
    for (unsigned ply = 0; ply < match->plies; ply++) {
        struct row *row = &brain->rows[course.places[ply].row];
        unsigned cell = cell_in_row(&course, ply);
        if (!learns(learners, ply))
            continue;
        out[count++] = (struct match_change){.board = course.places[ply].board,
                                             .move = match->moves[ply],
                                             .cell = match->moves[ply],
                                             .before = row_weight(row, cell)};
        row_change(row, cell, rule_change(&brain->rule, match->result, 1 + (ply & 1)));
    }
    if (rule_has_proofs(&brain->rule))
        prove(brain, &course, learners);
    for (unsigned ply = 0; ply < match->plies; ply++) /* no other row has grown */
        table_halve(brain, course.places[ply].row);
    for (unsigned ply = 0, i = 0; ply < match->plies; ply++)
        if (learns(learners, ply))
            out[i++].after =
                row_weight(&brain->rows[course.places[ply].row], cell_in_row(&course, ply));
    return count;
}
