/* Which route a request takes, and what a path that has none for it allows. */
#include "http/route.h"
#include "support/unit.h"

#include <string.h>

static const struct route routes[] = {
    {.method = HTTP_POST, .pattern = "/move"},
    {.method = HTTP_GET, .pattern = "/train"},
    {.method = HTTP_POST, .pattern = "/train"},
    {.method = HTTP_DELETE, .pattern = "/train"},
    {.method = HTTP_GET, .pattern = "/train/{id}"},
    {.method = HTTP_DELETE, .pattern = "/train/{id}"},
    {.method = HTTP_GET, .pattern = "/train/{id}/events"},
    {.method = HTTP_PUT, .pattern = "/brains/{name}"},
    {.method = HTTP_GET, .pattern = "/"},
    {.method = HTTP_GET, .pattern = "/brains/{name}/boards/{board}"},
};
enum { ROUTES = sizeof routes / sizeof routes[0] };

/* The index of the route, or -1. */
static int found(const char *method, const char *path, struct route_parameters *parameters)
{
    memset(parameters, 'x', sizeof *parameters);
    const struct route *route = route_find(routes, ROUTES, method, path, parameters);
    return route != NULL ? (int)(route - routes) : -1;
}

static void assert_found(const char *method, const char *path, int index, const char *parameter)
{
    struct route_parameters got;
    ck_assert_msg(found(method, path, &got) == index, "%s %s", method, path);
    ck_assert_str_eq(got.value[0], parameter);
}

START_TEST(test_a_request_goes_where_method_and_path_say)
{
    assert_found("POST", "/move", 0, "");
    assert_found("GET", "/train", 1, "");
    assert_found("POST", "/train", 2, "");
    assert_found("DELETE", "/train", 3, "");
    assert_found("GET", "/", 8, "");
}
END_TEST

START_TEST(test_a_parameter_is_one_whole_segment)
{
    assert_found("GET", "/train/17", 4, "17");
    assert_found("DELETE", "/train/%20", 5, "%20");
    assert_found("GET", "/train/17/events", 6, "17");
    assert_found("PUT", "/brains/default", 7, "default");
    assert_found("GET", "/train/{id}", 4, "{id}");
}
END_TEST

START_TEST(test_a_path_may_have_two_parameters)
{
    struct route_parameters got;
    ck_assert_int_eq(found("GET", "/brains/a-b/boards/000010000", &got), 9);
    ck_assert_str_eq(got.value[0], "a-b");
    ck_assert_str_eq(got.value[1], "000010000");
    ck_assert_int_eq(found("GET", "/brains/a/boards/", &got), -1);
    ck_assert_str_eq(got.value[0], "");
    ck_assert_str_eq(got.value[1], "");
    assert_found("GET", "/brains//boards/1", -1, "");
    assert_found("GET", "/brains/a/board/1", -1, "");
    assert_found("GET", "/brains/a/boards/1/2", -1, "");
    ck_assert_int_eq(found("PUT", "/brains/default", &got), 7);
    ck_assert_str_eq(got.value[1], "");
}
END_TEST

START_TEST(test_head_goes_where_get_goes)
{
    assert_found("HEAD", "/train", 1, "");
    assert_found("HEAD", "/train/1", 4, "1");
    assert_found("HEAD", "/move", -1, "");
    assert_found("HEAD", "/brains/default", -1, "");
}
END_TEST

START_TEST(test_other_paths_have_no_route)
{
    static const char *const paths[] = {"",
                                        "move",
                                        "/Move",
                                        "/mov",
                                        "/moves",
                                        "/move/",
                                        "//move",
                                        "/train/",
                                        "/train//",
                                        "/train/1/",
                                        "/train/1/2",
                                        "/train/1/event",
                                        "/train/1/eventss",
                                        "/train//events",
                                        "/brains",
                                        "/brains/",
                                        "/brains/a/b",
                                        "//",
                                        "/x"};
    for (unsigned i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};
        for (unsigned m = 0; m < 5; m++)
            assert_found(methods[m], paths[i], -1, "");
        ck_assert_msg(strcmp(route_allowed(routes, ROUTES, paths[i]), "") == 0, "%s", paths[i]);
    }
}
END_TEST

START_TEST(test_other_methods_have_no_route)
{
    static const char *const methods[] = {"", "get", "PATCH", "OPTIONS", "GETX", "GE", "TRACE"};
    for (unsigned i = 0; i < sizeof methods / sizeof methods[0]; i++)
        assert_found(methods[i], "/train", -1, "");
    assert_found("PUT", "/move", -1, "");
    assert_found("POST", "/train/1", -1, "");
}
END_TEST

START_TEST(test_a_parameter_that_does_not_fit_has_no_route)
{
    char path[ROUTE_PARAMETER_SIZE + 16] = "/train/";
    memset(path + 7, '1', ROUTE_PARAMETER_SIZE - 1);
    assert_found("GET", path, 4, path + 7);
    path[7 + ROUTE_PARAMETER_SIZE - 1] = '1';
    assert_found("GET", path, -1, "");
    ck_assert_str_eq(route_allowed(routes, ROUTES, path), "");
}
END_TEST

START_TEST(test_a_path_tells_which_methods_it_has)
{
    ck_assert_str_eq(route_allowed(routes, ROUTES, "/move"), "POST, OPTIONS");
    ck_assert_str_eq(route_allowed(routes, ROUTES, "/train"), "GET, HEAD, POST, DELETE, OPTIONS");
    ck_assert_str_eq(route_allowed(routes, ROUTES, "/train/1"), "GET, HEAD, DELETE, OPTIONS");
    ck_assert_str_eq(route_allowed(routes, ROUTES, "/train/1/events"), "GET, HEAD, OPTIONS");
    ck_assert_str_eq(route_allowed(routes, ROUTES, "/brains/a"), "PUT, OPTIONS");
}
END_TEST

START_TEST(test_every_set_of_methods_is_listed_in_full)
{
    static const char *const names[HTTP_METHOD_COUNT] = {"GET, HEAD", "POST", "PUT", "DELETE"};
    for (unsigned set = 0; set < 1 << HTTP_METHOD_COUNT; set++) {
        struct route some[HTTP_METHOD_COUNT];
        char expected[64] = "";
        size_t count = 0;
        for (unsigned method = 0; method < HTTP_METHOD_COUNT; method++) {
            if ((set >> method & 1) == 0)
                continue;
            strcat(expected, count > 0 ? ", " : "");
            strcat(expected, names[method]);
            some[count++] = (struct route){.method = (enum http_method)method, .pattern = "/p/{q}"};
        }
        strcat(expected, count > 0 ? ", OPTIONS" : "");
        ck_assert_str_eq(route_allowed(some, count, "/p/1"), expected);
        ck_assert_str_eq(route_allowed(some, count, "/p"), "");
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_request_goes_where_method_and_path_say,
        test_a_parameter_is_one_whole_segment,
        test_a_path_may_have_two_parameters,
        test_head_goes_where_get_goes,
        test_other_paths_have_no_route,
        test_other_methods_have_no_route,
        test_a_parameter_that_does_not_fit_has_no_route,
        test_a_path_tells_which_methods_it_has,
        test_every_set_of_methods_is_listed_in_full,
        NULL,
    };
    return unit_run("route", tests);
}
