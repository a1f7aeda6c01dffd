/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/silences: GET lists those in force or planned; POST (with a token)
 * adds one, or removes the one that "remove" names.
 */
#include <string.h>

#include "core/buf.h"
#include "fcgi/ask.h"

#define ID_MAX	  64
#define YEAR_S	  (366.0 * 86400)
#define MATCH_MAX 8

static int
list(struct exchange *x, struct err *err)
{
	struct buf *b = &x->reply->body;
	cJSON *doc = ask_alerts(x->serve->state, err);
	const cJSON *silences;
	int rc = 0;

	if (doc == NULL && err->code != ERR_NOT_FOUND)
		return -1;
	x->reply->type = "application/json";
	silences = json_get_array(doc, "silences");
	buf_char(b, '{');
	ask_age(doc, x->request->now_s, b);
	json_key(b, "silences");
	if (silences != NULL)
		rc = ask_print(silences, b, err);
	else
		buf_str(b, "[]");
	buf_str(b, "}\n");
	cJSON_Delete(doc);
	return rc;
}

static int
remove_one(const char *id, struct buf *out, struct err *err)
{
	if (*id == '\0' || strlen(id) > ID_MAX)
		return err_set(err, ERR_INVALID, "remove: no id of a silence");
	buf_str(out, "{\"kind\":\"unsilence\",\"id\":");
	json_string(out, id);
	buf_char(out, '}');
	return 0;
}

static int
put_matchers(const cJSON *matchers, struct buf *out, struct err *err)
{
	const cJSON *m;
	int n = cJSON_GetArraySize(matchers);

	if (!cJSON_IsObject(matchers) || n < 1 || n > MATCH_MAX)
		return err_set(err, ERR_INVALID,
			       "matchers: 1 to %d labels and patterns",
			       MATCH_MAX);
	cJSON_ArrayForEach (m, matchers)
		if (!cJSON_IsString(m) || *m->valuestring == '\0')
			return err_set(err, ERR_INVALID,
				       "matchers: %.40s: not a text",
				       m->string);
	json_key(out, "matchers");
	return ask_print(matchers, out, err);
}

static int
make(struct exchange *x, const cJSON *json, struct buf *out, struct err *err)
{
	double now_s = (double)x->request->now_s;
	double from_s = json_get_double(json, "from", now_s);
	double until_s = json_get_double(json, "until", 0);
	const char *comment = json_get_string(json, "comment");
	const char *id = json_get_string(json, "remove");

	if (id != NULL)
		return remove_one(id, out, err);
	if (!(from_s >= 0 && until_s > from_s && until_s > now_s &&
	      until_s - from_s <= YEAR_S && until_s <= now_s + 2 * YEAR_S))
		return err_set(err, ERR_INVALID,
			       "until: epoch seconds ahead, within a year of "
			       "from");
	buf_str(out, "{\"kind\":\"silence\"");
	if (put_matchers(cJSON_GetObjectItemCaseSensitive(json, "matchers"),
			 out, err) != 0)
		return -1;
	json_key(out, "from");
	buf_i64(out, (int64_t)from_s);
	json_key(out, "until");
	buf_i64(out, (int64_t)until_s);
	json_key(out, "comment");
	json_string(out, comment != NULL ? comment : "");
	json_key(out, "author");
	json_string(out, x->user);
	buf_char(out, '}');
	return 0;
}

static int
answer(struct exchange *x, struct err *err)
{
	return x->request->method == HTTP_POST ? ask_post(x, make, err)
					       : list(x, err);
}

const struct route route_silences = {
    .name = "silences",
    .path = "/api/v1/silences",
    .methods = HTTP_READ | HTTP_BIT(HTTP_POST),
    .pools = POOL_BIT(POOL_DATA),
    .flags = ROUTE_TOKEN,
    .answer = answer,
    .summary = "silences: GET lists, POST (with a token) adds or removes",
    .media = "application/json",
    .body = "{\"type\":\"object\",\"properties\":{\"matchers\":{\"type\":"
	    "\"object\"},\"from\":{\"type\":\"integer\"},\"until\":{\"type\":"
	    "\"integer\"},\"comment\":{\"type\":\"string\"},\"remove\":{"
	    "\"type\":\"string\"}}}",
    .schema = "{\"type\":\"object\",\"required\":[\"as_of\",\"data_age\","
	      "\"silences\"]}",
};
