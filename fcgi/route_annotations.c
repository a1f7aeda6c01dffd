/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/annotations: what happened and is worth a mark beside the curves.
 * GET reads events.db; POST (with a token) drops one file into the inbox,
 * which robin-alert stores: accepted (202) means it is on the disk.
 */
#include "core/inbox.h"
#include "core/json.h"
#include "events/store.h"
#include "fcgi/guard.h"
#include "fcgi/serve.h"

enum {
	FIELD_FROM,
	FIELD_TO,
	FIELD_CLUSTER,
	FIELD_HOST,
	FIELD_SERIES,
	FIELD_KIND,
	FIELD_TAG,
	FIELD_AFTER,
	FIELD_LIMIT
};

#define LIMIT_DEFAULT 1000

struct list {
	struct reply *reply;
	size_t n;
};

static int
put(const struct event *e, void *arg)
{
	struct list *list = arg;

	if (list->n++ > 0)
		buf_char(&list->reply->body, ',');
	event_to_json(e, &list->reply->body);
	return reply_spill(list->reply);
}

/* The text of a field, or NULL. */
static const char *
given(const struct exchange *x, int field)
{
	return x->fields[field].set ? x->fields[field].text : NULL;
}

static int
list(struct exchange *x, struct err *err)
{
	const struct field *f = x->fields;
	struct events_filter filter = {
	    .from_s = f[FIELD_FROM].number,
	    .to_s = f[FIELD_TO].number,
	    .kind = given(x, FIELD_KIND),
	    .tag = given(x, FIELD_TAG),
	    .cluster = given(x, FIELD_CLUSTER),
	    .host = given(x, FIELD_HOST),
	    .series = given(x, FIELD_SERIES),
	    .after_id = f[FIELD_AFTER].number,
	    .limit = f[FIELD_LIMIT].set ? (int32_t)f[FIELD_LIMIT].number
					: LIMIT_DEFAULT,
	};
	struct list l = {.reply = x->reply};
	struct events *events;
	int rc = 0;

	events = events_open_ro(x->serve->state, err);
	if (events == NULL && err->code != ERR_NOT_FOUND)
		return -1;
	x->reply->type = "application/json";
	buf_str(&x->reply->body, "{\"annotations\":[");
	if (events != NULL)
		rc = events_each(events, &filter, put, &l, err);
	events_close(&events);
	if (rc < 0 && !x->reply->broken)
		return -1;
	buf_str(&x->reply->body, "]}\n");
	return 0;
}

/* What a sender cannot choose: kind, source and uid are ours to say. */
static int
overrule(cJSON *json, const char *user, struct err *err)
{
	const struct {
		const char *key, *value;
	} ours[] = {
	    {"kind", "annotation"},
	    {"source", user},
	    {"uid", ""},
	};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		/* all of that name: the first of two would be read */
		while (cJSON_HasObjectItem(json, ours[i].key))
			cJSON_DeleteItemFromObject(json, ours[i].key);
		if (cJSON_AddStringToObject(json, ours[i].key, ours[i].value) ==
		    NULL)
			return err_set(err, ERR_NOMEM, "out of memory");
	}
	return 0;
}

/* What was sent, under limits, as an annotation of the token's owner. */
static int
read_event(struct exchange *x, const struct buf *body, struct buf *out,
	   struct err *err)
{
	struct event event;
	struct buf data;
	cJSON *json;
	int rc = -1;

	json = json_parse(body->data, body->len, INBOX_BYTES_MAX, err);
	if (json == NULL)
		return -1;
	buf_init(&data, EVENT_DATA_MAX);
	if (!cJSON_IsObject(json)) {
		(void)err_set(err, ERR_INVALID, "the body is not an object");
	} else if (overrule(json, x->user, err) == 0 &&
		   event_from_json(json, x->request->now_s, &data, &event,
				   err) == 0) {
		event_to_json(&event, out);
		rc = 0;
	}
	buf_done(&data);
	cJSON_Delete(json);
	return rc;
}

static int
add(struct exchange *x, struct err *err)
{
	struct buf body, event;
	char name[INBOX_NAME_SIZE];
	int rc = -1;

	buf_init(&body, INBOX_BYTES_MAX);
	buf_init(&event, INBOX_BYTES_MAX);
	if (guard_body(x->reply->io, &body, err) != 0) {
		x->reply->status = err->code == ERR_TOO_LARGE ? 413 : 400;
	} else if (read_event(x, &body, &event, err) == 0 &&
		   inbox_drop(x->serve->state, event.data, event.len, name,
			      err) == 0) {
		x->reply->status = 202;
		x->reply->type = "application/json";
		buf_str(&x->reply->body, "{\"uid\":");
		json_string(&x->reply->body, name);
		buf_str(&x->reply->body, "}\n");
		rc = 0;
	}
	buf_done(&event);
	buf_done(&body);
	return rc;
}

static int
answer(struct exchange *x, struct err *err)
{
	return x->request->method == HTTP_POST ? add(x, err) : list(x, err);
}

static const struct param params[] = {
    [FIELD_FROM] = {.name = "from",
		    .type = PARAM_TIME,
		    .help = "what touches the time after"},
    [FIELD_TO] = {.name = "to", .type = PARAM_TIME, .help = "and before"},
    [FIELD_CLUSTER] = {.name = "cluster",
		       .type = PARAM_SLUG,
		       .help = "of this cluster, or of all"},
    [FIELD_HOST] = {.name = "host",
		    .type = PARAM_SLUG,
		    .help = "of this host, or of all"},
    [FIELD_SERIES] = {.name = "series",
		      .type = PARAM_PATH,
		      .help = "of this series"},
    [FIELD_KIND] = {.name = "kind",
		    .type = PARAM_FAMILY,
		    .help = "annotation, alert, heal, chaos, ..."},
    [FIELD_TAG] = {.name = "tag", .type = PARAM_SLUG, .help = "with this tag"},
    [FIELD_AFTER] = {.name = "after",
		     .type = PARAM_INT,
		     .min = 0,
		     .max = INT64_MAX,
		     .help = "with a larger id"},
    [FIELD_LIMIT] = {.name = "limit",
		     .type = PARAM_INT,
		     .min = 1,
		     .max = 10000,
		     .help = "at most so many; 1000"},
    {0},
};

const struct route route_annotations = {
    .name = "annotations",
    .path = "/api/v1/annotations",
    .params = params,
    .methods = HTTP_READ | HTTP_BIT(HTTP_POST),
    .pools = POOL_BIT(POOL_DATA),
    .flags = ROUTE_TOKEN,
    .answer = answer,
    .summary = "what happened: GET lists, POST (with a token) adds",
    .media = "application/json",
    .body = "{\"$ref\":\"#/components/schemas/Note\"}",
    .schema = "{\"$ref\":\"#/components/schemas/Annotations\"}",
};
