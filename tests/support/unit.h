/*
 * unit - what every unit test executable has in common beside check itself.
 *
 * An executable is START_TESTs and their list:
 *
 *     int main(void)
 *     {
 *         const TTest *const tests[] = {
 *             test_sampler_never_picks_a_zero_weight,
 *             NULL,
 *         };
 *         return unit_run("sampler", tests);
 *     }
 *
 * The environment is check's own: CK_RUN_CASE, CK_FORK=no to debug, CK_TIMEOUT_MULTIPLIER for
 * slow flavours. In a loop of very many rounds use `if (...) ck_abort_msg(...)`: a check that
 * passes costs a write to check's message file.
 */
#ifndef TTSTD_TESTS_SUPPORT_UNIT_H
#define TTSTD_TESTS_SUPPORT_UNIT_H

#include <check.h>
#include <stdint.h>

/* Runs the tests up to the NULL that ends them; returns main's exit status. Under the sanitizers
 * an allocation too large to succeed returns NULL, as it does without them. */
int unit_run(const char *name, const TTest *const tests[]);

/* Pearson's statistic: how far `count` observed numbers are from the expected ones. One that is
 * expected to be 0 must be 0, or the result is infinite. */
double unit_chi_square(const uint64_t observed[], const double expected[], unsigned count);

#endif
