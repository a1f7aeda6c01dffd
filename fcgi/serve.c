/* SPDX-License-Identifier: MIT */
/* One request in, one answer out: see serve.h. */
#include "fcgi/serve.h"

#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "fcgi/problem.h"

int
serve_init(struct serve *s, struct err *err)
{
	reply_init(&s->reply);
	if (query_open(&s->query, s->state, err) != 0)
		return -1;
	/* for writing, which the jail forbids; else it is opened for reading
	 * when it is needed */
	(void)gate_open(&s->query.gate, s->state, NULL);
	return 0;
}

void
serve_done(struct serve *s)
{
	query_close(&s->query);
	reply_done(&s->reply);
}

/* 405, with what would have been allowed. */
static int
refuse_method(struct serve *s, const struct route *r, struct err *err)
{
	char allow[64];

	route_allow(r, allow, sizeof(allow));
	reply_header(&s->reply, "Allow", "%s", allow);
	s->reply.status = 405;
	return err_set(err, ERR_UNSUPPORTED, "%s takes %s", r->path, allow);
}

/* Who asks, and whether they may. */
static int
check_asker(struct serve *s, struct exchange *x, struct err *err)
{
	struct io *io = s->reply.io;
	bool changes = !(HTTP_READ & HTTP_BIT(s->request.method));

	if (x->route->flags & ROUTE_LOGIN) {
		guard_login(io, x->login);
		return changes ? guard_person(io, x->login, &s->reply, err) : 0;
	}
	return changes ? guard_check(io, s->state, &s->reply, x->user, err) : 0;
}

static int
dispatch(struct serve *s, const struct route *r, struct err *err)
{
	struct exchange x = {
	    .serve = s,
	    .route = r,
	    .request = &s->request,
	    .args = s->args,
	    .fields = s->fields,
	    .reply = &s->reply,
	};

	if (!(r->methods & HTTP_BIT(s->request.method)))
		return refuse_method(s, r, err);
	if (check_asker(s, &x, err) != 0)
		return -1;
	if ((r->flags & ROUTE_SVG) && !uri_cut(&s->request.uri, ".svg"))
		return err_set(err, ERR_NOT_FOUND, "%s/… ends in .svg",
			       r->path);
	if (route_check(r, &s->request, s->args, s->fields, err) != 0)
		return -1;
	return r->answer(&x, err);
}

static int
find_and_dispatch(struct serve *s, int *index, struct err *err)
{
	*index = route_find(&s->request.uri);
	if (*index >= 0 && (route_table[*index]->pools & s->pools) == 0)
		*index = -1;
	if (*index < 0)
		return err_set(err, ERR_NOT_FOUND, "there is no such page");
	return dispatch(s, route_table[*index], err);
}

/* The status for an err: a handler's own (405) wins over the code's. */
static int
failed_status(const struct reply *r, const struct err *err)
{
	if (r->status >= 400)
		return r->status;
	return err_http_status(err->code);
}

static void
answer_failure(struct serve *s, const struct err *err)
{
	int status = failed_status(&s->reply, err);

	if (status >= 500)
		log_line(LOG_LEVEL_ERROR, err, s->request.target,
			 "request failed");
	if (s->reply.started) {
		/* half of the body is out: cut the connection, do not lie */
		s->reply.broken = true;
		return;
	}
	problem_answer(&s->reply, &s->request, status, err);
}

static void
count(struct serve *s, int index, int64_t took_us)
{
	/* the last row of the counters stands for "no such route" */
	size_t row = index >= 0 && index < STATS_ROUTES_MAX - 1
			 ? (size_t)index
			 : STATS_ROUTES_MAX - 1;
	int class = s->reply.status / 100 - 2;

	if (class < 0 || class >= STATS__MAX)
		class = STATS_5XX;
	stats_add(&s->stats->requests[row][class], 1);
	stats_add(&s->stats->sent_bytes, s->reply.sent_bytes);
	stats_add(&s->stats->busy_us, (uint64_t)(took_us > 0 ? took_us : 0));
	if (s->reply.broken)
		stats_add(&s->stats->aborted, 1);
}

int
serve_answer(struct serve *s, struct io *io)
{
	int64_t start_ms = clock_boot_ms();
	struct err err = {0};
	int index = -1, rc;

	reply_reset(&s->reply, io, false);
	rc = request_read(&s->request, io, &err);
	if (err.code == ERR_TOO_LARGE)
		s->reply.status = 414; /* elsewhere it is a body: 413 */
	s->reply.head_only = s->request.method == HTTP_HEAD;
	if (rc == 0)
		rc = find_and_dispatch(s, &index, &err);
	if (rc != 0)
		answer_failure(s, &err);
	rc = reply_send(&s->reply);
	count(s, index, (clock_boot_ms() - start_ms) * 1000);
	return rc;
}
