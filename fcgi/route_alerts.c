/* SPDX-License-Identifier: MIT */
/* /api/v1/alerts: what is active and pending, as robin-alert last saw it. */
#include <string.h>

#include "fcgi/ask.h"

enum { FIELD_CLUSTER, FIELD_HOST, FIELD_SEVERITY, FIELD_STATE };

static const char *const severities[] = {"warning", "critical", NULL};
static const char *const states[] = {"firing", "pending", NULL};

static const struct param params[] = {
    [FIELD_CLUSTER] = {.name = "cluster",
		       .type = PARAM_SLUG,
		       .help = "of this cluster"},
    [FIELD_HOST] = {.name = "host", .type = PARAM_SLUG, .help = "of this host"},
    [FIELD_SEVERITY] = {.name = "severity",
			.type = PARAM_WORD,
			.words = severities,
			.help = "of this severity; a pending one has none"},
    [FIELD_STATE] = {.name = "state",
		     .type = PARAM_WORD,
		     .words = states,
		     .help = "in this state"},
    {0},
};

/* Every filter has the name of the member it looks at. */
static bool
matches(const struct exchange *x, const cJSON *alert)
{
	for (size_t i = 0; params[i].name != NULL; i++) {
		const char *is = json_get_string(alert, params[i].name);

		if (x->fields[i].set &&
		    (is == NULL || strcmp(is, x->fields[i].text) != 0))
			return false;
	}
	return true;
}

static int
answer(struct exchange *x, struct err *err)
{
	struct buf *b = &x->reply->body;
	cJSON *doc = ask_alerts(x->serve->state, err);
	const cJSON *alert;
	size_t n = 0;
	int rc = 0;

	if (doc == NULL && err->code != ERR_NOT_FOUND)
		return -1;
	x->reply->type = "application/json";
	buf_char(b, '{');
	ask_age(doc, x->request->now_s, b);
	buf_str(b, ",\"alerts\":[");
	cJSON_ArrayForEach (alert, json_get_array(doc, "alerts")) {
		if (!matches(x, alert))
			continue;
		if (n++ > 0)
			buf_char(b, ',');
		if ((rc = ask_print(alert, b, err)) != 0 ||
		    (rc = reply_spill(x->reply)) != 0)
			break;
	}
	cJSON_Delete(doc);
	if (rc < 0 && !x->reply->broken)
		return -1;
	buf_str(b, "]}\n");
	return 0;
}

const struct route route_alerts = {
    .name = "alerts",
    .path = "/api/v1/alerts",
    .params = params,
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "the alerts that are firing or pending",
    .media = "application/json",
    .schema = "{\"type\":\"object\",\"required\":[\"as_of\",\"data_age\","
	      "\"alerts\"]}",
};
