/* SPDX-License-Identifier: MIT */
/* Events as rows and as JSON: see event.h. */
#include "events/event.h"

#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"

/* The text members, by name: reading, checking and writing loop over it. */
static const struct field {
	const char *name;
	size_t offset, max;
	int lines; /* may have line breaks and tabs */
} fields[] = {
    {"uid", offsetof(struct event, uid), 200, 0},
    {"kind", offsetof(struct event, kind), EVENT_KIND_MAX, 0},
    {"cluster", offsetof(struct event, cluster), SLUG_MAX, 0},
    {"host", offsetof(struct event, host), SLUG_MAX, 0},
    {"series", offsetof(struct event, series), PATH_SIZE, 0},
    {"severity", offsetof(struct event, severity), 16, 0},
    {"title", offsetof(struct event, title), EVENT_TITLE_MAX, 0},
    {"text", offsetof(struct event, text), EVENT_TEXT_MAX, 1},
    {"source", offsetof(struct event, source), 100, 0},
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char **
member(struct event *e, const struct field *f)
{
	return (const char **)(void *)((char *)e + f->offset);
}

static const char *
value(const struct event *e, const struct field *f)
{
	return *(const char *const *)(const void *)((const char *)e +
						    f->offset);
}

void
event_init(struct event *e)
{
	memset(e, 0, sizeof(*e));
	for (size_t i = 0; i < N_FIELDS; i++)
		*member(e, &fields[i]) = "";
	e->data = "";
}

/* No control bytes, so a title cannot end a header or fool a terminal. */
static int
check_text(const char *name, const char *s, size_t max, int lines,
	   struct err *err)
{
	size_t n = strlen(s);

	if (n > max)
		return err_set(err, ERR_TOO_LARGE,
			       "event: %s has over %zu bytes", name, max);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != 0x7f)
			continue;
		if (!lines || (c != '\n' && c != '\t'))
			return err_set(err, ERR_INVALID,
				       "event: %s has a control character",
				       name);
	}
	return 0;
}

static int
check_names(const struct event *e, struct err *err)
{
	struct path path;
	size_t n = strlen(e->kind);

	if (n == 0 || e->kind[0] < 'a' || e->kind[0] > 'z' ||
	    strspn(e->kind, "abcdefghijklmnopqrstuvwxyz0123456789_-") != n)
		return err_set(err, ERR_INVALID, "event: kind is not a name");
	if ((*e->cluster != '\0' &&
	     !slug_valid(e->cluster, strlen(e->cluster))) ||
	    (*e->host != '\0' && !slug_valid(e->host, strlen(e->host))))
		return err_set(err, ERR_INVALID,
			       "event: cluster or host is not a name");
	if (*e->series != '\0' &&
	    path_parse(e->series, strlen(e->series), &path, err) != 0)
		return err_prefix(err, "event: series");
	if (*e->title == '\0')
		return err_set(err, ERR_INVALID, "event: title is missing");
	return 0;
}

static int
check_times(const struct event *e, int64_t now_s, struct err *err)
{
	int64_t last_s = now_s + EVENT_AHEAD_MAX_S;

	if (e->time_s < CLOCK_MIN_S || e->time_s > last_s)
		return err_set(err, ERR_INVALID,
			       "event: time is before 2010 or too far ahead");
	if (e->until_s != 0 && e->until_s != EVENT_OPEN &&
	    (e->until_s < e->time_s || e->until_s > last_s))
		return err_set(err, ERR_INVALID,
			       "event: until is before time or too far ahead");
	return 0;
}

int
event_check(const struct event *e, int64_t now_s, struct err *err)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (check_text(fields[i].name, value(e, &fields[i]),
			       fields[i].max, fields[i].lines, err) != 0)
			return -1;
	if (e->n_tags > EVENT_TAGS_MAX)
		return err_set(err, ERR_TOO_LARGE, "event: over %d tags",
			       EVENT_TAGS_MAX);
	for (size_t i = 0; i < e->n_tags; i++) {
		if (check_text("tag", e->tags[i], EVENT_TAG_MAX, 0, err) != 0)
			return -1;
		if (*e->tags[i] == '\0')
			return err_set(err, ERR_INVALID, "event: empty tag");
	}
	if (strlen(e->data) > EVENT_DATA_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "event: data has over %d bytes", EVENT_DATA_MAX);
	if (check_names(e, err) != 0)
		return -1;
	return check_times(e, now_s, err);
}

/* Whole seconds within what a double holds; -1 refuses. */
static int
get_time(const cJSON *json, const char *key, int64_t fallback, int64_t *out,
	 struct err *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(json, key);

	if (v == NULL || cJSON_IsNull(v)) {
		*out = fallback;
		return 0;
	}
	if (!cJSON_IsNumber(v) || !(v->valuedouble >= 0) ||
	    v->valuedouble > 9e15)
		return err_set(err, ERR_INVALID,
			       "event: %s is not epoch seconds", key);
	*out = (int64_t)v->valuedouble;
	return 0;
}

static int
get_tags(const cJSON *json, struct event *e, struct err *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "tags");
	const cJSON *tag;

	if (list == NULL)
		return 0;
	if (!cJSON_IsArray(list))
		return err_set(err, ERR_INVALID, "event: tags is not a list");
	cJSON_ArrayForEach (tag, list) {
		if (!cJSON_IsString(tag))
			return err_set(err, ERR_INVALID,
				       "event: a tag is not a text");
		if (e->n_tags == EVENT_TAGS_MAX)
			return err_set(err, ERR_TOO_LARGE,
				       "event: over %d tags", EVENT_TAGS_MAX);
		e->tags[e->n_tags++] = tag->valuestring;
	}
	return 0;
}

static int
get_data(const cJSON *json, struct buf *data, struct event *e, struct err *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(json, "data");
	char *text;

	if (v == NULL)
		return 0;
	if (!cJSON_IsObject(v))
		return err_set(err, ERR_INVALID, "event: data is no object");
	text = cJSON_PrintUnformatted(v);
	if (text == NULL)
		return err_set(err, ERR_NOMEM, "event: out of memory");
	buf_str(data, text);
	cJSON_free(text);
	if (!buf_ok(data))
		return err_set(err, ERR_TOO_LARGE,
			       "event: data has over %zu bytes", data->max);
	e->data = data->data;
	return 0;
}

int
event_from_json(const cJSON *json, int64_t now_s, struct buf *data,
		struct event *e, struct err *err)
{
	struct event got;

	event_init(&got);
	if (!cJSON_IsObject(json))
		return err_set(err, ERR_INVALID, "event: not a JSON object");
	for (size_t i = 0; i < N_FIELDS; i++) {
		const cJSON *v =
		    cJSON_GetObjectItemCaseSensitive(json, fields[i].name);

		if (v == NULL)
			continue;
		if (!cJSON_IsString(v))
			return err_set(err, ERR_INVALID,
				       "event: %s is not a text",
				       fields[i].name);
		*member(&got, &fields[i]) = v->valuestring;
	}
	if (get_time(json, "time", now_s, &got.time_s, err) != 0 ||
	    get_time(json, "until", 0, &got.until_s, err) != 0 ||
	    get_tags(json, &got, err) != 0 ||
	    get_data(json, data, &got, err) != 0 ||
	    event_check(&got, now_s, err) != 0)
		return -1;
	*e = got;
	return 0;
}

void
event_to_json(const struct event *e, struct buf *out)
{
	buf_char(out, '{');
	if (e->id != 0) {
		json_key(out, "id");
		buf_i64(out, e->id);
	}
	json_key(out, "time");
	buf_i64(out, e->time_s);
	if (e->until_s == EVENT_OPEN) {
		json_key(out, "open");
		buf_str(out, "true");
	} else if (e->until_s != 0) {
		json_key(out, "until");
		buf_i64(out, e->until_s);
	}
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (*value(e, &fields[i]) == '\0')
			continue;
		json_key(out, fields[i].name);
		json_string(out, value(e, &fields[i]));
	}
	if (e->n_tags > 0) {
		json_key(out, "tags");
		buf_char(out, '[');
		for (size_t i = 0; i < e->n_tags; i++) {
			if (i > 0)
				buf_char(out, ',');
			json_string(out, e->tags[i]);
		}
		buf_char(out, ']');
	}
	if (*e->data != '\0') {
		json_key(out, "data");
		buf_str(out, e->data);
	}
	buf_char(out, '}');
}
