#include "api/codec_evaluation.h"

#include "api/codec_json.h"
#include "api/codec_policy.h"

#include <inttypes.h>

/* Each half of a number that comes in two: for the brain as player 1 and as player 2. */

static json_t *outcome(const struct outcome *outcome)
{
    return json_pack("{s:f, s:f, s:f}", "win", outcome->win, "draw", outcome->draw, "loss",
                     outcome->loss);
}

static json_t *outcomes(const struct outcome outcomes[2])
{
    return json_pack("{s:o, s:o}", "as_player1", outcome(&outcomes[0]), "as_player2",
                     outcome(&outcomes[1]));
}

static json_t *numbers(const char *first, const char *second, const double numbers[2])
{
    return json_pack("{s:f, s:f}", first, numbers[0], second, numbers[1]);
}

static json_t *evaluation_value(const struct evaluation_answer *answer)
{
    const struct evaluation *e = answer->evaluation;
    return json_pack(
        "{s:s, s:I, s:o, s:{s:f, s:f, s:f}, s:o, s:o, s:o, s:o, s:f, s:f, s:f, s:{s:b, s:b}, s:o}",
        "brain", answer->brain, "matches", (json_int_t)answer->matches, "policy",
        codec_policy_value(answer->policy), "self", "player1", e->self[RESULT_PLAYER1 - 1],
        "player2", e->self[RESULT_PLAYER2 - 1], "draw", e->self[RESULT_DRAW - 1], "random",
        outcomes(e->random), "perfect", outcomes(e->perfect), "worst_case_loss",
        numbers("as_player1", "as_player2", e->worst_case_loss), "best_response",
        numbers("against_player1", "against_player2", e->best_response), "nash_conv", e->nash_conv,
        "exploitability", e->exploitability, "ttst_exploitability", e->ttst_exploitability,
        "never_loses", "as_player1", e->never_loses[0], "as_player2", e->never_loses[1], "against",
        answer->has_against ? outcomes(e->against) : json_null());
}

void codec_encode_evaluation(const struct evaluation_answer *answer, struct text *out)
{
    codec_write(evaluation_value(answer), out);
}

static const struct policy sample = {.kind = POLICY_SAMPLE};
static const struct policy greedy = {.kind = POLICY_GREEDY};

static json_t *half_of_point(const char *brain, const struct curve_point *point,
                             const struct policy *policy)
{
    struct evaluation_answer answer = {.brain = brain,
                                       .matches = point->matches,
                                       .policy = policy,
                                       .evaluation =
                                           policy == &sample ? &point->sample : &point->greedy};
    return evaluation_value(&answer);
}

void codec_encode_point(const char *brain, const struct curve_point *point, struct text *out)
{
    codec_write(json_pack("{s:I, s:o, s:o}", "matches", (json_int_t)point->matches, "sample",
                          half_of_point(brain, point, &sample), "greedy",
                          half_of_point(brain, point, &greedy)),
                out);
}

/* Point by point, so that not all of them stand as a document in memory. */
void codec_encode_curve(const char *brain, const struct curve_call *curve, struct text *out)
{
    text_add_string(out, "{\"points\":[");
    for (size_t i = 0; i < curve->count; i++) {
        if (i > 0)
            text_add_string(out, ",");
        codec_encode_point(brain, &curve->points[i], out);
    }
    text_add_string(out, "]}");
}

static void add_numbers(struct text *out, const double numbers[], unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        text_add_format(out, ",%.15g", numbers[i]);
}

static void add_outcomes(struct text *out, const struct outcome outcomes[2])
{
    for (unsigned as = 0; as < 2; as++)
        add_numbers(out, (double[]){outcomes[as].win, outcomes[as].draw, outcomes[as].loss}, 3);
}

static void add_line(struct text *out, uint64_t matches, const struct policy *policy,
                     const struct evaluation *e)
{
    text_add_format(out, "%" PRIu64 ",%s", matches, policy_kind_name(policy->kind));
    add_numbers(out,
                (double[]){e->self[RESULT_PLAYER1 - 1], e->self[RESULT_PLAYER2 - 1],
                           e->self[RESULT_DRAW - 1]},
                3);
    add_outcomes(out, e->random);
    add_outcomes(out, e->perfect);
    add_numbers(out, e->worst_case_loss, 2);
    add_numbers(out, e->best_response, 2);
    add_numbers(out, (double[]){e->nash_conv, e->exploitability, e->ttst_exploitability}, 3);
    text_add_format(out, ",%s,%s\r\n", e->never_loses[0] ? "true" : "false",
                    e->never_loses[1] ? "true" : "false");
}

/* RFC 4180. */
void codec_encode_curve_csv(const struct curve_call *curve, struct text *out)
{
    text_add_string(out, "matches,policy,self_player1,self_player2,self_draw,"
                         "random_as_player1_win,random_as_player1_draw,random_as_player1_loss,"
                         "random_as_player2_win,random_as_player2_draw,random_as_player2_loss,"
                         "perfect_as_player1_win,perfect_as_player1_draw,perfect_as_player1_loss,"
                         "perfect_as_player2_win,perfect_as_player2_draw,perfect_as_player2_loss,"
                         "worst_case_loss_as_player1,worst_case_loss_as_player2,"
                         "best_response_against_player1,best_response_against_player2,"
                         "nash_conv,exploitability,ttst_exploitability,"
                         "never_loses_as_player1,never_loses_as_player2\r\n");
    for (size_t i = 0; i < curve->count; i++) {
        const struct curve_point *point = &curve->points[i];
        add_line(out, point->matches, &sample, &point->sample);
        add_line(out, point->matches, &greedy, &point->greedy);
    }
}
