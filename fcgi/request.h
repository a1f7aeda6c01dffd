/* SPDX-License-Identifier: MIT */
/* A request as handlers see it: method, target, the few headers that count. */
#ifndef FCGI_REQUEST_H
#define FCGI_REQUEST_H

#include <stdint.h>

#include "core/err.h"
#include "fcgi/io.h"
#include "fcgi/uri.h"

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_OTHER,
	HTTP_METHOD__MAX
};

#define HTTP_BIT(method) (1U << (method))
#define HTTP_READ	 (HTTP_BIT(HTTP_GET) | HTTP_BIT(HTTP_HEAD))

struct request {
	enum http_method method;
	struct uri uri;
	const char *target;	   /* REQUEST_URI as it came; never NULL */
	const char *if_none_match; /* NULL when absent */
	const char *if_match;	   /* the same */
	const char *accept;	   /* "" when absent */
	int64_t now_s;		   /* one clock reading for the whole answer */
};

/*
 * Reads a request's variables.  target, method and now_s are set even on
 * failure, so that an error can be answered in its place.  0, or -1 with
 * ERR_INVALID or ERR_TOO_LARGE.
 */
int request_read(struct request *r, struct io *io, struct err *err);

/* "GET"; "other" for one that we have no name for. */
const char *http_method_name(enum http_method method);

/* Whether the target ends in ext (".png"), query left aside. */
bool request_wants(const struct request *r, const char *ext);

#endif
