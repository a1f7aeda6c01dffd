/* SPDX-License-Identifier: MIT */
/* A message as JSON and back: see message.h. */
#include <stdio.h>
#include <string.h>

#include "alert/message.h"
#include "core/buf.h"
#include "core/json.h"

/* Text members of an alert and of the message, by name. */
struct text_member {
	const char *name;
	size_t offset, size;
};

#define OF(type, m)                                                            \
	{                                                                      \
#m, offsetof(struct type, m), sizeof(((struct type *)0)->m)    \
	}

static const struct text_member alert_texts[] = {
    OF(message_alert, fingerprint), OF(message_alert, rule),
    OF(message_alert, cluster),	    OF(message_alert, host),
    OF(message_alert, series),	    OF(message_alert, summary),
    OF(message_alert, reason),	    OF(message_alert, runbook),
    OF(message_alert, value),	    OF(message_alert, url),
    OF(message_alert, origin),
};
static const struct text_member message_texts[] = {
    OF(message, id),   OF(message, topic), OF(message, receiver),
    OF(message, site), OF(message, note),
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
put_texts(struct buf *out, const void *base, const struct text_member *m,
	  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = (const char *)base + m[i].offset;

		if (*text == '\0')
			continue;
		json_key(out, m[i].name);
		json_string(out, text);
	}
}

static void
put_int(struct buf *out, const char *name, int64_t v)
{
	json_key(out, name);
	buf_i64(out, v);
}

static void
put_labels(struct buf *out, const char *name, const struct rule_label *l,
	   size_t n)
{
	json_key(out, name);
	buf_char(out, '{');
	for (size_t i = 0; i < n; i++) {
		json_key(out, l[i].name);
		json_string(out, l[i].value);
	}
	buf_char(out, '}');
}

static const char *const line_names[LEVEL__MAX] = {
    [LEVEL_WARNING] = "line1", [LEVEL_CRITICAL] = "line2"};

void
message_alert_json(const struct message_alert *a, struct buf *out)
{
	buf_char(out, '{');
	put_texts(out, a, alert_texts, COUNT(alert_texts));
	put_int(out, "resolved", a->resolved);
	put_int(out, "level", a->level);
	put_int(out, "since", a->since_s);
	put_int(out, "ended", a->ended_s);
	for (int i = LEVEL_WARNING; i < LEVEL__MAX; i++) {
		if (a->line[i] == 0)
			continue;
		json_key(out, line_names[i]);
		json_double(out, a->line[i]);
	}
	put_labels(out, "labels", a->labels, a->n_labels);
	buf_char(out, '}');
}

void
message_json(const struct message *m, struct buf *out)
{
	buf_char(out, '{');
	put_texts(out, m, message_texts, COUNT(message_texts));
	put_int(out, "time", m->time_s);
	put_int(out, "firing", m->n_firing);
	put_int(out, "resolved", m->n_resolved);
	put_labels(out, "group", m->group, m->n_group);
	json_key(out, "alerts");
	buf_char(out, '[');
	for (size_t i = 0; i < m->n_alerts; i++) {
		if (i > 0)
			buf_char(out, ',');
		message_alert_json(&m->alerts[i], out);
	}
	buf_str(out, "]}");
}

static void
get_texts(const cJSON *json, void *base, const struct text_member *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = json_get_string(json, m[i].name);

		message_copy((char *)base + m[i].offset, m[i].size,
			     text != NULL ? text : "");
	}
}

static int64_t
get_int(const cJSON *json, const char *name, int64_t max)
{
	double v = json_get_double(json, name, 0);

	return v >= 0 && v <= (double)max ? (int64_t)v : 0;
}

static size_t
get_labels(const cJSON *json, const char *name, struct rule_label *out,
	   size_t max)
{
	const cJSON *map = cJSON_GetObjectItemCaseSensitive(json, name);
	const cJSON *i;
	size_t n = 0;

	if (!cJSON_IsObject(map))
		return 0;
	cJSON_ArrayForEach (i, map) {
		if (n == max || !cJSON_IsString(i))
			continue;
		message_copy(out[n].name, sizeof(out[n].name), i->string);
		message_copy(out[n].value, sizeof(out[n].value),
			     i->valuestring);
		n++;
	}
	return n;
}

void
message_alert_read(const cJSON *json, struct message_alert *a)
{
	get_texts(json, a, alert_texts, COUNT(alert_texts));
	a->resolved = get_int(json, "resolved", 1) != 0;
	a->level = (enum alert_level)get_int(json, "level", LEVEL_CRITICAL);
	a->since_s = get_int(json, "since", INT64_C(1) << 40);
	a->ended_s = get_int(json, "ended", INT64_C(1) << 40);
	for (int i = LEVEL_WARNING; i < LEVEL__MAX; i++)
		a->line[i] = json_get_double(json, line_names[i], 0);
	a->n_labels = get_labels(json, "labels", a->labels, RULE_LABELS_MAX);
}

int
message_parse(const char *text, size_t len, struct message *out,
	      struct err *err)
{
	cJSON *json = json_parse(text, len, MESSAGE_JSON_MAX, err);
	const cJSON *i;

	if (json == NULL)
		return -1;
	memset(out, 0, sizeof(*out));
	get_texts(json, out, message_texts, COUNT(message_texts));
	out->time_s = get_int(json, "time", INT64_C(1) << 40);
	out->n_firing = (int32_t)get_int(json, "firing", 1000000);
	out->n_resolved = (int32_t)get_int(json, "resolved", 1000000);
	out->n_group = get_labels(json, "group", out->group, MESSAGE_GROUP_MAX);
	cJSON_ArrayForEach (i, json_get_array(json, "alerts")) {
		if (out->n_alerts < MESSAGE_ALERTS_MAX && cJSON_IsObject(i))
			message_alert_read(i, &out->alerts[out->n_alerts++]);
	}
	cJSON_Delete(json);
	if (out->n_alerts == 0)
		return err_set(err, ERR_INVALID, "message without an alert");
	return 0;
}
