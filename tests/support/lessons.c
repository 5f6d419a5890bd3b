#include "support/lessons.h"

#include "base/rng.h"
#include "engine/match.h"
#include "support/unit.h"

/* Drawn until the moves are a match. */
struct lesson lessons_nth(uint64_t number)
{
    const struct game *game = game_at(0);
    struct match match;
    struct fault ignored;
    struct lesson lesson = {.learned_at_ms = (int64_t)number, .learners = LEARN_BOTH};
    struct rng rng;
    rng_seed(&rng, number);
    while (lesson.count < game_cells(game) &&
           match_read(game, lesson.moves, lesson.count, &match, &ignored) != ERR_OK) {
        const uint8_t move = (uint8_t)(rng_next(&rng) % game_cells(game));
        bool is_taken = false;
        for (unsigned i = 0; i < lesson.count; i++)
            is_taken = is_taken || lesson.moves[i] == move;
        if (!is_taken)
            lesson.moves[lesson.count++] = move;
    }
    return lesson;
}

void lessons_teach(struct brain *table, uint64_t first, uint64_t last)
{
    for (uint64_t number = first; number <= last; number++) {
        const struct lesson lesson = lessons_nth(number);
        ck_assert_int_eq(lesson_learn(&lesson, table), ERR_OK);
    }
}
