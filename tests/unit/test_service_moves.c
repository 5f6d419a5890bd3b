/* Choosing moves: from one table, by a seed, and never on a board that no match gets to. */
#include "base/rng.h"
#include "engine/table/table.h"
#include "service/moves.h"
#include "support/served.h"
#include "support/tables.h"
#include "support/unit.h"

#include <inttypes.h>
#include <string.h>

static struct move_order order_of(const struct position_text *boards, size_t count, uint64_t seed)
{
    return (struct move_order){.brain = SERVICE_DEFAULT_BRAIN,
                               .positions = boards,
                               .count = count,
                               .is_batch = count > 1,
                               .policy = {.kind = POLICY_SAMPLE},
                               .seed = seed};
}

/* What the last choices were made by. */
static struct move_detail details[4520];

static void choose(struct served *served, const struct move_order *order, struct move_choice out[])
{
    const struct game *game;
    struct fault fault = {.err = ERR_OK};
    ck_assert_msg(service_choose_moves(served->service, order, out, details, &game, &fault) ==
                      ERR_OK,
                  "%s: %s", fault.field, fault.detail);
    ck_assert_str_eq(game->name, "tictactoe");
}

/* All decision boards, as texts. */
static size_t all_boards(struct position_text boards[], char digits[])
{
    const struct states *states = tables_states();
    for (uint32_t row = 0; row < states->rows; row++) {
        board_format(&states->game, states->boards[row], digits + (size_t)9 * row);
        boards[row] = (struct position_text){.text = digits + (size_t)9 * row, .size = 9};
    }
    return states->rows;
}

START_TEST(test_every_decision_board_gets_a_legal_move_and_its_consequences)
{
    static struct position_text boards[4520];
    static char digits[4520 * 9];
    static struct move_choice choices[4520];
    const struct states *states = tables_states();
    struct served served;
    served_open(&served);
    size_t count = all_boards(boards, digits);
    struct move_order order = order_of(boards, count, 1);
    choose(&served, &order, choices);
    for (uint32_t row = 0; row < count; row++) {
        const struct move_choice *choice = &choices[row];
        struct board board = states->boards[row];
        struct board next = board_play(board, choice->move);
        uint64_t empty = board_empty(&states->game, board);
        if ((empty >> choice->move & 1) == 0 || choice->player != board_player(board) ||
            board_compare(next, choice->next) != 0 ||
            choice->result != game_result(&states->game, next))
            ck_abort_msg("%.9s: %u", boards[row].text, choice->move);
        for (unsigned cell = 0; cell < 9; cell++)
            if (details[row].weights[cell] != (empty >> cell & 1 ? 6 : 0))
                ck_abort_msg("%.9s: weight %u", boards[row].text, cell);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_equal_seeds_choose_equal_moves_and_others_do_not)
{
    static struct position_text boards[4520];
    static char digits[4520 * 9];
    static struct move_choice choices[3][4520];
    struct served served;
    served_open(&served);
    size_t count = all_boards(boards, digits);
    unsigned differing = 0;
    static const uint64_t seeds[3] = {5, 5, 6};
    for (unsigned i = 0; i < 3; i++) {
        struct move_order order = order_of(boards, count, seeds[i]);
        choose(&served, &order, choices[i]);
    }
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(choices[0][i].move, choices[1][i].move);
        differing += choices[0][i].move != choices[2][i].move;
    }
    ck_assert_uint_gt(differing, 1000);
    served_close(&served);
}
END_TEST

START_TEST(test_board_i_is_decided_by_the_i_th_number_that_follows_from_the_seed)
{
    enum { COUNT = 500, SEED = 9 };
    struct position_text boards[COUNT];
    struct move_choice choices[COUNT];
    struct served served;
    struct rng rng;
    served_open(&served);
    for (unsigned i = 0; i < COUNT; i++)
        boards[i] = (struct position_text){.text = "000000000", .size = 9};
    struct move_order order = order_of(boards, COUNT, SEED);
    choose(&served, &order, choices);
    rng_seed(&rng, SEED);
    struct policy sample = {.kind = POLICY_SAMPLE};
    unsigned seen = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned move = policy_choose(&sample, details[i].weights, 9, rng_next(&rng));
        if (choices[i].move != move)
            ck_abort_msg("seed %d: board %u", SEED, i);
        seen |= 1u << move;
    }
    ck_assert_uint_eq(seen, 0x1ff); /* each cell at some time */
    struct move_order single = order_of(boards, 1, SEED);
    struct move_choice first;
    choose(&served, &single, &first);
    ck_assert_uint_eq(first.move, choices[0].move);
    served_close(&served);
}
END_TEST

START_TEST(test_greedy_takes_the_heaviest_move_of_a_trained_brain)
{
    static struct position_text boards[4520];
    static char digits[4520 * 9];
    static struct move_choice choices[4520];
    struct served served;
    served_open(&served);
    struct job_order job = served_job_order(3, 30000);
    served_wait_over(&served, served_begin(&served, &job));
    size_t count = all_boards(boards, digits);
    struct move_order order = order_of(boards, count, 1);
    order.policy.kind = POLICY_GREEDY;
    choose(&served, &order, choices);
    for (size_t i = 0; i < count; i++)
        for (unsigned cell = 0; cell < 9; cell++)
            if (details[i].weights[cell] > details[i].weights[choices[i].move] ||
                (cell < choices[i].move &&
                 details[i].weights[cell] == details[i].weights[choices[i].move]))
                ck_abort_msg("%.9s: %u", boards[i].text, choices[i].move);
    served_close(&served);
}
END_TEST

/* The outcome of a batch of a good board and this one. */
static void assert_refused(struct served *served, const char *text, size_t size, enum err err,
                           const char *word)
{
    struct position_text boards[2] = {{.text = "000000000", .size = 9},
                                      {.text = text, .size = size}};
    struct move_choice choices[2];
    const struct game *game;
    for (unsigned is_batch = 0; is_batch < 2; is_batch++) {
        struct move_order order = order_of(boards + 1 - is_batch, 1 + is_batch, 1);
        struct fault fault = {.err = ERR_OK};
        enum err got = service_choose_moves(served->service, &order, choices, NULL, &game, &fault);
        ck_assert_msg(got == err, "%.*s: %s", (int)size, text, err_name(got));
        ck_assert_str_eq(fault.field, is_batch ? "boards[1]" : "board");
        ck_assert_msg(strstr(fault.detail, word) != NULL, "%.*s: %s", (int)size, text,
                      fault.detail);
    }
}

START_TEST(test_boards_that_no_move_can_be_made_on_are_refused_and_it_is_said_why)
{
    static const struct {
        const char *board;
        enum err err;
        const char *word;
    } boards[] = {
        {"", ERR_MALFORMED, "9 digits"},
        {"00000000", ERR_MALFORMED, "9 digits"},
        {"0000000000", ERR_MALFORMED, "9 digits"},
        {"000000003", ERR_MALFORMED, "9 digits"},
        {"00000000x", ERR_MALFORMED, "9 digits"},
        {"00000000 ", ERR_MALFORMED, "9 digits"},
        {"200000000", ERR_IMPOSSIBLE, "player 2 has 1"},
        {"110000000", ERR_IMPOSSIBLE, "player 1 has 2"},
        {"111222000", ERR_IMPOSSIBLE, "both players have a line"},
        {"111220000", ERR_IMPOSSIBLE, "over: player1"},
        {"222110001", ERR_IMPOSSIBLE, "over: player2"},
        {"121122211", ERR_IMPOSSIBLE, "over: draw"},
        /* Player 1 has a line, and player 2 moved after it. */
        {"111220002", ERR_IMPOSSIBLE, ""},
    };
    struct served served;
    served_open(&served);
    for (unsigned i = 0; i < sizeof boards / sizeof boards[0]; i++)
        assert_refused(&served, boards[i].board, strlen(boards[i].board), boards[i].err,
                       boards[i].word);
    assert_refused(&served, "0000\00000", 9, ERR_MALFORMED, "9 digits");
    served_close(&served);
}
END_TEST

START_TEST(test_a_brain_that_is_not_there_chooses_nothing)
{
    struct position_text board = {.text = "000000000", .size = 9};
    struct move_order order = order_of(&board, 1, 1);
    struct move_choice choice;
    const struct game *game;
    struct fault fault;
    struct served served;
    served_open(&served);
    order.brain = "nobody";
    ck_assert_int_eq(service_choose_moves(served.service, &order, &choice, NULL, &game, &fault),
                     ERR_NOT_FOUND);
    ck_assert_str_eq(fault.field, "brain");
    served_close(&served);
}
END_TEST

START_TEST(test_a_batch_is_chosen_from_one_table_while_a_job_trains_the_brain)
{
    enum { COUNT = 200, BATCHES = 300 };
    struct position_text boards[COUNT];
    struct move_choice choices[COUNT];
    struct served served;
    served_open(&served);
    for (unsigned i = 0; i < COUNT; i++)
        boards[i] = (struct position_text){.text = "000000000", .size = 9};
    struct job_order job = served_job_order(1, JOB_MATCHES_MAX);
    int64_t id = served_begin(&served, &job);
    served_wait_matches(&served, id, 1);
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        struct move_order order = order_of(boards, COUNT, batch);
        choose(&served, &order, choices);
        for (unsigned i = 1; i < COUNT; i++)
            if (memcmp(details[i].weights, details[0].weights, 9 * sizeof details[i].weights[0]) !=
                0)
                ck_abort_msg("batch %u board %u", batch, i);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_board_is_seen_with_its_weights_and_exact_values)
{
    struct served served;
    struct board_view view;
    struct fault fault;
    served_open(&served);
    struct board_order order = {.brain = "default", .position = {.text = "000010000", .size = 9}};
    ck_assert_int_eq(service_view_board(served.service, &order, &view, &fault), ERR_OK);
    ck_assert_uint_eq(view.player, 2);
    ck_assert_int_eq(view.value, 0);
    static const int values[9] = {0, -1, 0, -1, 0, -1, 0, -1, 0};
    for (unsigned cell = 0; cell < 9; cell++) {
        ck_assert_uint_eq(view.detail.weights[cell], cell == 4 ? 0 : 6);
        ck_assert_int_eq(view.values[cell], values[cell]);
    }
    served_close(&served);
}
END_TEST

START_TEST(test_a_board_that_no_match_gets_to_is_not_seen)
{
    struct served served;
    struct board_view view;
    struct fault fault;
    served_open(&served);
    struct board_order over = {.brain = "default", .position = {.text = "111220000", .size = 9}};
    ck_assert_int_eq(service_view_board(served.service, &over, &view, &fault), ERR_IMPOSSIBLE);
    ck_assert_str_eq(fault.field, "board");
    struct board_order empty = {.brain = "nobody", .position = {.text = "000000000", .size = 9}};
    ck_assert_int_eq(service_view_board(served.service, &empty, &view, &fault), ERR_NOT_FOUND);
    served_close(&served);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_every_decision_board_gets_a_legal_move_and_its_consequences,
        test_equal_seeds_choose_equal_moves_and_others_do_not,
        test_board_i_is_decided_by_the_i_th_number_that_follows_from_the_seed,
        test_greedy_takes_the_heaviest_move_of_a_trained_brain,
        test_boards_that_no_move_can_be_made_on_are_refused_and_it_is_said_why,
        test_a_brain_that_is_not_there_chooses_nothing,
        test_a_batch_is_chosen_from_one_table_while_a_job_trains_the_brain,
        test_a_board_is_seen_with_its_weights_and_exact_values,
        test_a_board_that_no_match_gets_to_is_not_seen,
        NULL,
    };
    return unit_run("service_moves", tests);
}
