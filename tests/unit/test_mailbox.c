/* Messages from any thread to one: none lost, none out of order, and the owner is told. */
#include "base/mailbox.h"
#include "support/unit.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

enum { POSTERS = 4, MESSAGES = 100000 };

static bool readable(const struct mailbox *mailbox)
{
    struct pollfd poll_fd = {.fd = mailbox->event_fd, .events = POLLIN};
    return poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & POLLIN) != 0;
}

static struct mailbox opened(void)
{
    struct mailbox mailbox;
    ck_assert_int_eq(mailbox_open(&mailbox), ERR_OK);
    return mailbox;
}

START_TEST(test_an_empty_mailbox_gives_nothing_and_is_not_readable)
{
    struct mailbox mailbox = opened();
    ck_assert(!readable(&mailbox));
    ck_assert_ptr_null(mailbox_take(&mailbox));
    ck_assert_uint_eq(mailbox_deliver(&mailbox), 0);
    mailbox_close(&mailbox);
}
END_TEST

START_TEST(test_messages_are_taken_oldest_first)
{
    struct mailbox mailbox = opened();
    struct message messages[5];
    for (unsigned i = 0; i < 5; i++)
        mailbox_post(&mailbox, &messages[i]);
    struct message *message = mailbox_take(&mailbox);
    for (unsigned i = 0; i < 5; i++, message = message->next)
        ck_assert_ptr_eq(message, &messages[i]);
    ck_assert_ptr_null(message);
    ck_assert_ptr_null(mailbox_take(&mailbox));
    mailbox_close(&mailbox);
}
END_TEST

START_TEST(test_the_mailbox_is_readable_from_the_first_post_until_all_is_taken)
{
    struct mailbox mailbox = opened();
    struct message messages[2];
    for (unsigned round = 0; round < 3; round++) {
        mailbox_post(&mailbox, &messages[0]);
        ck_assert(readable(&mailbox));
        mailbox_post(&mailbox, &messages[1]);
        ck_assert(readable(&mailbox));
        ck_assert_ptr_nonnull(mailbox_take(&mailbox));
        ck_assert(!readable(&mailbox));
    }
    mailbox_close(&mailbox);
}
END_TEST

struct counted {
    struct message message; /* first, so that it converts */
    unsigned *deliveries;
    unsigned position; /* the value of *deliveries when this one came */
};

static void count_delivery(struct message *message)
{
    struct counted *counted = (struct counted *)message;
    counted->position = (*counted->deliveries)++;
}

START_TEST(test_each_message_is_delivered_once_in_order)
{
    struct mailbox mailbox = opened();
    unsigned deliveries = 0;
    struct counted messages[4];
    for (unsigned i = 0; i < 4; i++) {
        messages[i] = (struct counted){{.deliver = count_delivery}, &deliveries, 99};
        mailbox_post(&mailbox, &messages[i].message);
    }
    ck_assert_uint_eq(mailbox_deliver(&mailbox), 4);
    ck_assert_uint_eq(deliveries, 4);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(messages[i].position, i);
    ck_assert_uint_eq(mailbox_deliver(&mailbox), 0);
    ck_assert_uint_eq(deliveries, 4);
    mailbox_close(&mailbox);
}
END_TEST

static void free_message(struct message *message)
{
    free(message);
}

/* Under AddressSanitizer a look at a freed message fails. */
START_TEST(test_delivering_may_free_the_message)
{
    struct mailbox mailbox = opened();
    for (unsigned i = 0; i < 3; i++) {
        struct message *message = malloc(sizeof *message);
        ck_assert_ptr_nonnull(message);
        message->deliver = free_message;
        mailbox_post(&mailbox, message);
    }
    ck_assert_uint_eq(mailbox_deliver(&mailbox), 3);
    mailbox_close(&mailbox);
}
END_TEST

struct reposted {
    struct message message;
    struct mailbox *mailbox;
    unsigned times;
};

static void post_again(struct message *message)
{
    struct reposted *reposted = (struct reposted *)message;
    reposted->times++;
    mailbox_post(reposted->mailbox, message);
}

START_TEST(test_what_is_posted_while_delivering_comes_next_time)
{
    struct mailbox mailbox = opened();
    struct reposted reposted = {{.deliver = post_again}, &mailbox, 0};
    mailbox_post(&mailbox, &reposted.message);
    ck_assert_uint_eq(mailbox_deliver(&mailbox), 1);
    ck_assert_uint_eq(reposted.times, 1);
    ck_assert(readable(&mailbox));
    ck_assert_uint_eq(mailbox_deliver(&mailbox), 1);
    ck_assert_uint_eq(reposted.times, 2);
    ck_assert_ptr_eq(mailbox_take(&mailbox), &reposted.message);
    mailbox_close(&mailbox);
}
END_TEST

START_TEST(test_waiting_ends_at_once_when_something_is_there)
{
    struct mailbox mailbox = opened();
    struct message message;
    mailbox_post(&mailbox, &message);
    mailbox_wait(&mailbox, -1); /* check's own time limit ends a wait without end */
    ck_assert_ptr_eq(mailbox_take(&mailbox), &message);
    mailbox_close(&mailbox);
}
END_TEST

START_TEST(test_waiting_ends_at_its_time_limit)
{
    struct mailbox mailbox = opened();
    mailbox_wait(&mailbox, 0);
    mailbox_wait(&mailbox, 1);
    ck_assert_ptr_null(mailbox_take(&mailbox));
    mailbox_close(&mailbox);
}
END_TEST

static void *post_one(void *mailbox)
{
    static struct message message;
    mailbox_post(mailbox, &message);
    return NULL;
}

START_TEST(test_another_threads_post_ends_a_wait)
{
    struct mailbox mailbox = opened();
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, post_one, &mailbox), 0);
    struct message *message = mailbox_take(&mailbox);
    while (message == NULL) {
        mailbox_wait(&mailbox, -1);
        message = mailbox_take(&mailbox);
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_ptr_null(message->next);
    mailbox_close(&mailbox);
}
END_TEST

/* One thread's messages; the owner notes how many it got and whether each was the next one. */
struct poster {
    struct mailbox *mailbox;
    pthread_barrier_t *start; /* all at once, or they would hardly meet */
    struct numbered *messages;
    unsigned delivered;
    bool in_order;
};

struct numbered {
    struct message message;
    struct poster *poster;
    unsigned number;
};

static void note_number(struct message *message)
{
    struct numbered *numbered = (struct numbered *)message;
    struct poster *poster = numbered->poster;
    poster->in_order = poster->in_order && numbered->number == poster->delivered;
    poster->delivered++;
}

static void *post_all(void *context)
{
    struct poster *poster = context;
    pthread_barrier_wait(poster->start);
    for (unsigned i = 0; i < MESSAGES; i++)
        mailbox_post(poster->mailbox, &poster->messages[i].message);
    return NULL;
}

static void start_poster(struct poster *poster, pthread_t *thread)
{
    poster->messages = calloc(MESSAGES, sizeof *poster->messages);
    ck_assert_ptr_nonnull(poster->messages);
    for (unsigned n = 0; n < MESSAGES; n++)
        poster->messages[n] = (struct numbered){{.deliver = note_number}, poster, n};
    ck_assert_int_eq(pthread_create(thread, NULL, post_all, poster), 0);
}

START_TEST(test_four_threads_messages_all_arrive_each_threads_in_order)
{
    struct mailbox mailbox = opened();
    pthread_barrier_t start;
    ck_assert_int_eq(pthread_barrier_init(&start, NULL, POSTERS), 0);
    struct poster posters[POSTERS];
    pthread_t threads[POSTERS];
    for (unsigned i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){.mailbox = &mailbox, .start = &start, .in_order = true};
        start_poster(&posters[i], &threads[i]);
    }
    for (unsigned delivered = 0; delivered < POSTERS * MESSAGES;) {
        mailbox_wait(&mailbox, -1); /* a lost message or ring ends at check's time limit */
        delivered += mailbox_deliver(&mailbox);
    }
    for (unsigned i = 0; i < POSTERS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_uint_eq(posters[i].delivered, MESSAGES);
        ck_assert_msg(posters[i].in_order, "thread %u", i);
        free(posters[i].messages);
    }
    ck_assert_ptr_null(mailbox_take(&mailbox));
    pthread_barrier_destroy(&start);
    mailbox_close(&mailbox);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_an_empty_mailbox_gives_nothing_and_is_not_readable,
        test_messages_are_taken_oldest_first,
        test_the_mailbox_is_readable_from_the_first_post_until_all_is_taken,
        test_each_message_is_delivered_once_in_order,
        test_delivering_may_free_the_message,
        test_what_is_posted_while_delivering_comes_next_time,
        test_waiting_ends_at_once_when_something_is_there,
        test_waiting_ends_at_its_time_limit,
        test_another_threads_post_ends_a_wait,
        test_four_threads_messages_all_arrive_each_threads_in_order,
        NULL,
    };
    return unit_run("mailbox", tests);
}
