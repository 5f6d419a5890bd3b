#include "support/unit.h"

#include <math.h>
#include <stdlib.h>

/* The sanitizers' run-time libraries look for these names. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* Seconds until a test is taken to hang. Some read and write many megabytes, and a machine that
 * builds beside it is slow. */
enum { TIMEOUT_S = 60 };

int unit_run(const char *name, const TTest *const tests[])
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create(name);
    tcase_set_timeout(all, TIMEOUT_S);
    for (; *tests != NULL; tests++)
        tcase_add_test(all, *tests);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

double unit_chi_square(const uint64_t observed[], const double expected[], unsigned count)
{
    double sum = 0;
    for (unsigned i = 0; i < count; i++) {
        double off = (double)observed[i] - expected[i];
        if (expected[i] > 0)
            sum += off * off / expected[i];
        else if (observed[i] != 0)
            sum = INFINITY;
    }
    return sum;
}
