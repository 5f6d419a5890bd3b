/*
 * idempotency - requests that carry an Idempotency-Key: what was done for one is answered again to
 * whoever sends the same (service/receipts.h).
 */
#ifndef TTSTD_API_IDEMPOTENCY_H
#define TTSTD_API_IDEMPOTENCY_H

#include "api/waiting.h"

/* For a handler's beginning. True: go on, with `*out` (NULL without a key) in the order; its
 * `write` is the handler's to set. False: return what is in `*out_handled`; the exchange is
 * answered, or will be handled again. */
bool idempotency_begin(struct api *api, struct exchange *exchange, struct receipt **out,
                       enum handled *out_handled);

/* For `done`: whether the call has a receipt; then the answer that stands in it is the reply. */
bool idempotency_replied(struct call *call);

/* The exchange is over: whoever sends the same key may ask again. */
void idempotency_end(struct api *api, struct exchange *exchange);

#endif
