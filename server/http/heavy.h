/*
 * heavy - requests that take the loop much longer than a move does, and the line they stand in.
 *
 * All requests that have arrived are handled in one turn of the loop, so whoever asks for a move
 * would wait for all that ask for something long beside it. Therefore a turn does heavy work for a
 * bounded time, and whatever is heavy and finds it used up, or others before it, stands in line: at
 * the end of each turn, when all that is light has been handled, those at its front go on.
 *
 * The line is a list through the exchanges themselves, and they wait like any that the service
 * keeps waiting: suspended, and counted in traffic->waiting. It holds:
 *
 * 1. Who stands in line is there once, and nobody else will answer it: it goes by its turn alone.
 * 2. First come, first served: while somebody stands there, nothing heavy overtakes it.
 * 3. A turn that begins with a line does one of it at least, and begins none after its time.
 * 4. Where nobody stands in line, heavy work is done at once, while the turn has time.
 */
#ifndef TTSTD_HTTP_HEAVY_H
#define TTSTD_HTTP_HEAVY_H

#include "http/exchange.h"

/* Has the request's route handle it: at once if it is light. */
enum handled heavy_handle(struct exchange *exchange);

/* Has `go_on`, which is heavy, handle it, in place of its route. */
enum handled heavy_do(struct exchange *exchange, handler *go_on);

/* Has an exchange that was HANDLED_LATER handled again, from the beginning: at once if it is light,
 * or if it has been handled again before, so that what it had to wait for is still there then. The
 * loop's thread. */
void http_repeat(struct exchange *exchange);

/* Has `write`, which takes long, make the reply of an exchange that was HANDLED_LATER when its turn
 * comes; it returns as a route's handler does. The loop's thread. */
void http_answer_in_turn(struct exchange *exchange, handler *write);

/* For the end of a turn: those at the front go on, as many as fit into what is left of it. */
void heavy_end_turn(struct traffic *traffic);

/* Whether anybody stands in line, so that the next turn must not wait. */
bool heavy_is_waiting(const struct traffic *traffic);

/* Those in line whose requests have not been begun will be refused, because the daemon goes down.
 */
void heavy_refuse(struct traffic *traffic);

#endif
