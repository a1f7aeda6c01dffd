/* SPDX-License-Identifier: MIT */
/*
 * /health: one small JSON object that a person, a load balancer or a healer
 * can judge Robin by.  503 when it is failing, else 200.
 */
#include "core/json.h"
#include "core/version.h"
#include "fcgi/numbers.h"
#include "fcgi/vitals.h"

static int
answer(struct exchange *x, struct err *err)
{
	struct buf *b = &x->reply->body;
	struct vitals v;

	(void)err;
	vitals_look(x->serve, x->request->now_s, &v);
	if (v.state == VITALS_FAILING)
		x->reply->status = 503;
	x->reply->type = "application/json";
	buf_fmt(b, "{\"status\":\"%s\"", vitals_word(v.state));
	if (v.reason[0] != '\0') {
		json_key(b, "reason");
		json_string(b, v.reason);
	}
	numbers_member(b, "cpu", v.cpu_ratio);
	numbers_member(b, "memory", v.memory_ratio);
	numbers_member(b, "disk", v.disk_ratio);
	numbers_member(b, "errors", (double)v.errors);
	numbers_member(b, "uptime", (double)v.uptime_s);
	json_key(b, "data_age");
	if (v.age_s >= 0)
		buf_i64(b, v.age_s);
	else
		buf_str(b, "null");
	buf_str(b, ",\"version\":\"" ROBIN_VERSION "\"}\n");
	return 0;
}

const struct route route_health = {
    .name = "health",
    .path = "/health",
    .methods = HTTP_READ,
    .pools = POOL_ANY,
    .answer = answer,
    .summary = "how Robin is: status, cpu and memory (shares of its host), "
	       "errors, uptime and data age in seconds",
    .media = "application/json",
    .schema = "{\"$ref\":\"#/components/schemas/Health\"}",
};
