/*
 * resources - the handlers, and what they share. One file a resource.
 */
#ifndef TTSTD_API_RESOURCES_H
#define TTSTD_API_RESOURCES_H

#include "api/api.h"
#include "service/service.h"

struct curve_point;
struct call;
struct fields;

/* The route table. */
extern const struct route *const api_routes;
extern const size_t api_route_count;

struct api {
    struct service *service;
    struct api_options options;
    struct access *access;
    struct http *http;
    struct call *waiters; /* exchanges that wait for a job's end; see jobs.c */
    struct feed *feeds;   /* jobs that somebody listens to; see events.c */
    unsigned curves_read; /* and not written yet; see evaluations.c */
    unsigned listeners;
    unsigned listeners_refused;
    unsigned listeners_dropped;
    int64_t listeners_check_at_ms; /* for those to drop; monotonic clock */
    uint64_t ended_told;           /* service_jobs_ended() when feeds were last looked through */
    int64_t first_until_ms;        /* of the waiters, the first whose time is up; monotonic clock */
    uint64_t ended_seen;    /* service_jobs_ended() when the waiters were last looked through */
    int64_t started_at_ms;  /* since 1970 */
    bool is_importing;      /* a large file is being read; see brain_import.c */
    bool is_reload_failing; /* the latest one could not read a file */
};

/* Ends of calls: 201 or 200 with the brain of that name, 204. */
void answer_created(struct service_call *call);
void answer_changed(struct service_call *call);
void answer_deleted(struct service_call *base);

/* For a handler's end: the fault as the reply; but with ERR_LATER the exchange waits, since its
 * call does (waiting.h). */
enum handled api_refuse(struct exchange *exchange, const struct fault *fault);

/* A whole number of the query. ERR_MALFORMED, ERR_IMPOSSIBLE, naming it. */
MUST_CHECK enum err api_read_parameter(const char *name, const char *text, int64_t min, int64_t max,
                                       int64_t *out, struct fault *fault);

/* `learn`: a list of players, as a set of enum learner. */
void api_read_learners(struct fields *in, unsigned *out);

enum handled get_healthz(void *context, struct exchange *exchange);
enum handled get_readyz(void *context, struct exchange *exchange);
enum handled get_version(void *context, struct exchange *exchange);
enum handled get_openapi(void *context, struct exchange *exchange);
enum handled get_metrics(void *context, struct exchange *exchange);

enum handled get_games(void *context, struct exchange *exchange);

enum handled post_move(void *context, struct exchange *exchange);
enum handled post_match(void *context, struct exchange *exchange);

enum handled get_brains(void *context, struct exchange *exchange);
enum handled get_brain(void *context, struct exchange *exchange);
enum handled put_brain(void *context, struct exchange *exchange);
enum handled delete_brain(void *context, struct exchange *exchange);
enum handled post_reset(void *context, struct exchange *exchange);
enum handled post_copy(void *context, struct exchange *exchange);

enum handled get_export(void *context, struct exchange *exchange);
enum handled put_import(void *context, struct exchange *exchange);

enum handled get_checkpoints(void *context, struct exchange *exchange);
enum handled put_checkpoint(void *context, struct exchange *exchange);
enum handled delete_checkpoint(void *context, struct exchange *exchange);
enum handled post_restore(void *context, struct exchange *exchange);

enum handled get_board(void *context, struct exchange *exchange);
enum handled get_evaluation(void *context, struct exchange *exchange);
enum handled get_curve(void *context, struct exchange *exchange);

/* Query parameters, in the order of the names that the route table gives. */
enum train_query { TRAIN_STATE, TRAIN_BRAIN, TRAIN_LIMIT };
#define TRAIN_QUERY                                                                                \
    {                                                                                              \
        "state", "brain", "limit"                                                                  \
    }
enum brains_query { BRAINS_LIMIT, BRAINS_AFTER };
#define BRAINS_QUERY                                                                               \
    {                                                                                              \
        "limit", "after"                                                                           \
    }
enum evaluation_query { EVALUATION_POLICY, EVALUATION_AGAINST };
#define EVALUATION_QUERY                                                                           \
    {                                                                                              \
        "policy", "against"                                                                        \
    }
enum board_query { BOARD_POLICY };
#define BOARD_QUERY                                                                                \
    {                                                                                              \
        "policy"                                                                                   \
    }
enum job_query { JOB_WAIT };
#define JOB_QUERY                                                                                  \
    {                                                                                              \
        "wait"                                                                                     \
    }

enum handled post_train(void *context, struct exchange *exchange);
enum handled get_jobs(void *context, struct exchange *exchange);
enum handled get_job(void *context, struct exchange *exchange);
enum handled delete_job(void *context, struct exchange *exchange);
enum handled delete_jobs(void *context, struct exchange *exchange);

enum handled get_events(void *context, struct exchange *exchange);

#endif
