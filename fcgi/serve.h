/* SPDX-License-Identifier: MIT */
/*
 * The request boundary: one request in, one answer out, whatever happens in
 * between.  Finds the route, validates, calls the handler, turns an err into
 * a problem document or a picture that says why, counts, and logs once.
 */
#ifndef FCGI_SERVE_H
#define FCGI_SERVE_H

#include <stdbool.h>

#include "core/conf.h"
#include "core/err.h"
#include "fcgi/guard.h"
#include "fcgi/io.h"
#include "fcgi/param.h"
#include "fcgi/reply.h"
#include "fcgi/request.h"
#include "fcgi/route.h"
#include "fcgi/secret.h"
#include "fcgi/stats.h"
#include "rrd/query.h"

/* What a process that answers requests holds. */
struct serve {
	const char *state;
	const struct conf *conf;
	struct stats *stats; /* of the own pool */
	unsigned pools;	     /* POOL_BIT(…): which routes are answered */
	struct query query;
	struct request request;
	struct reply reply;
	struct field args[PARAMS_MAX], fields[PARAMS_MAX];
	uint64_t renders; /* pictures this process drew */
};

/* What a handler gets. */
struct exchange {
	struct serve *serve;
	const struct route *route;
	const struct request *request;
	const struct field *args;   /* of route->args */
	const struct field *fields; /* of route->params */
	struct reply *reply;
	/* whose token came with a changing request; "" for GET and HEAD */
	char user[SECRET_NAME_MAX + 1];
	char login[GUARD_LOGIN_MAX + 1]; /* of ROUTE_LOGIN; "" for nobody */
};

/* state, conf, stats and pools are set by the caller and borrowed. */
int serve_init(struct serve *s, struct err *err);
void serve_done(struct serve *s);

/*
 * Answers one request.  Returns 0, or -1 when the peer left early.  At most
 * one log line.
 */
int serve_answer(struct serve *s, struct io *io);

#endif
