/* SPDX-License-Identifier: MIT */
/* /api/v1/status: what the server knows about itself, in full. */
#include <stdio.h>

#include "core/json.h"
#include "core/version.h"
#include "fcgi/numbers.h"
#include "fcgi/vitals.h"

static void
put_pool(struct buf *b, const char *name, const struct stats *s)
{
	json_key(b, name);
	buf_char(b, '{');
	json_key(b, "started");
	buf_i64(b, s->start_s);
	for (size_t i = 0; i < stats_words_n; i++) {
		const struct stats_word *w = &stats_words[i];
		char key[64];

		(void)snprintf(key, sizeof(key), "%s%s%s", w->name,
			       w->unit != NULL ? "_" : "",
			       w->unit != NULL ? w->unit : "");
		numbers_member(b, key, stats_value(s, w));
	}
	buf_char(b, '}');
}

static void
put_pools(struct exchange *x)
{
	struct buf *b = &x->reply->body;

	json_key(b, "pools");
	buf_char(b, '{');
	for (int p = 0; p < STATS_POOLS; p++) {
		const struct stats *s =
		    stats_open(x->serve->state, stats_pools[p], NULL);

		if (s != NULL)
			put_pool(b, stats_pools[p], s);
		stats_close(&s);
	}
	buf_char(b, '}');
}

static int
answer(struct exchange *x, struct err *err)
{
	struct buf *b = &x->reply->body;
	struct vitals v;

	(void)err;
	vitals_look(x->serve, x->request->now_s, &v);
	x->reply->type = "application/json";
	buf_fmt(b, "{\"status\":\"%s\"", vitals_word(v.state));
	json_key(b, "reason");
	json_string(b, v.reason);
	json_key(b, "version");
	json_string(b, ROBIN_VERSION);
	numbers_member(b, "now", (double)x->request->now_s);
	numbers_member(b, "uptime", (double)v.uptime_s);
	numbers_member(b, "series", (double)v.n_series);
	numbers_member(b, "newest", (double)v.newest_s);
	json_key(b, "data_age");
	if (v.age_s >= 0)
		buf_i64(b, v.age_s);
	else
		buf_str(b, "null");
	numbers_member(b, "disk", v.disk_ratio);
	numbers_member(b, "errors", (double)v.errors);
	put_pools(x);
	buf_str(b, "}\n");
	return 0;
}

const struct route route_status = {
    .name = "status",
    .path = "/api/v1/status",
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "the server's own counters",
    .media = "application/json",
    .schema = "{\"$ref\":\"#/components/schemas/Status\"}",
};
