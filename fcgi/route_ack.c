/* SPDX-License-Identifier: MIT */
/* /api/v1/alerts/ack: somebody looks after a firing alert, or no longer. */
#include <string.h>

#include "core/buf.h"
#include "fcgi/ask.h"

#define ID_MAX 64

static int
make(struct exchange *x, const cJSON *json, struct buf *out, struct err *err)
{
	const char *id = json_get_string(json, "id");
	const cJSON *acked = cJSON_GetObjectItemCaseSensitive(json, "acked");

	(void)x;
	if (id == NULL || *id == '\0' || strlen(id) > ID_MAX)
		return err_set(err, ERR_INVALID,
			       "id: the id of a firing alert is needed");
	if (acked != NULL && !cJSON_IsBool(acked))
		return err_set(err, ERR_INVALID, "acked: true or false");
	buf_fmt(out, "{\"kind\":\"%s\",\"id\":",
		cJSON_IsFalse(acked) ? "unack" : "ack");
	json_string(out, id);
	buf_char(out, '}');
	return 0;
}

static int
answer(struct exchange *x, struct err *err)
{
	return ask_post(x, make, err);
}

const struct route route_ack = {
    .name = "ack",
    .path = "/api/v1/alerts/ack",
    .methods = HTTP_BIT(HTTP_POST),
    .pools = POOL_BIT(POOL_DATA),
    .flags = ROUTE_TOKEN,
    .answer = answer,
    .summary = "acknowledges a firing alert, or takes that back",
    .media = "application/json",
    .body = "{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{"
	    "\"id\":{\"type\":\"string\"},\"acked\":{\"type\":\"boolean\"}}}",
};
