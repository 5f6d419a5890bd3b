#include "model/lesson.h"

#include "engine/match.h"
#include "model/limits.h"

enum { LEAST = 1024, MOST = 16384, BYTES_EACH = 1024 };

unsigned lesson_most(size_t brain_bytes)
{
    const size_t lessons = brain_bytes / BYTES_EACH;
    if (lessons < LEAST)
        return LEAST;
    return lessons < MOST ? (unsigned)lessons : MOST;
}

enum err lesson_learn(const struct lesson *lesson, struct brain *brain)
{
    struct match match;
    struct match_change ignored[GAME_CELLS_MAX];
    struct fault fault;
    if (brain->matches >= BRAIN_MATCHES_MAX ||
        match_read(brain_game(brain), lesson->moves, lesson->count, &match, &fault) != ERR_OK)
        return ERR_CORRUPT;
    (void)match_learn(brain, &match, lesson->learners, ignored);
    return ERR_OK;
}
