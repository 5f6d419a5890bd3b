/*
 * send - an answer on its way: logged, counted and queued.
 */
#ifndef TTSTD_HTTP_SEND_H
#define TTSTD_HTTP_SEND_H

#include "http/exchange.h"

#include <microhttpd.h>

/* Sends the exchange's reply. */
enum MHD_Result http_send_reply(struct exchange *exchange);

#endif
