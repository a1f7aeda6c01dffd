/* SPDX-License-Identifier: MIT */
/* Alerts of other programs: see inbound.h. */
#include "fcgi/inbound.h"

#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/inbox.h"
#include "core/json.h"
#include "core/when.h"

#define NAME_MAX_BYTES	100
#define VALUE_MAX_BYTES 200
#define TEXT_MAX_BYTES	400

/* Our word for each annotation that is kept, and theirs, best first. */
static const struct {
	const char *name, *from;
} annotations[] = {
    {"summary", "summary"},	{"summary", "message"},
    {"summary", "title"},	{"reason", "description"},
    {"runbook", "runbook_url"}, {"runbook", "runbook"},
    {"value", "value"},		{"origin", "robin_origin"},
};

/* The value, cut at a whole character. */
static void
put_cut(struct buf *out, const char *name, const char *value, size_t max)
{
	char text[TEXT_MAX_BYTES + 1];
	size_t n = strlen(value);

	if (n > max)
		for (n = max;
		     n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80;)
			n--;
	memcpy(text, value, n);
	text[n] = '\0';
	json_key(out, name);
	json_string(out, text);
}

static int
check_labels(const cJSON *labels, struct err *err)
{
	const char *name = json_get_string(labels, "alertname");
	const cJSON *l;

	if (!cJSON_IsObject(labels) || name == NULL || *name == '\0')
		return err_set(err, ERR_INVALID,
			       "an alert needs a label alertname");
	if (cJSON_GetArraySize(labels) > INBOUND_LABELS_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "an alert has over %d labels",
			       INBOUND_LABELS_MAX);
	cJSON_ArrayForEach (l, labels)
		if (!cJSON_IsString(l) || *l->string == '\0' ||
		    strlen(l->string) > NAME_MAX_BYTES)
			return err_set(err, ERR_INVALID,
				       "label %.40s: name: text is needed",
				       l->string);
	return 0;
}

static int
check(const cJSON *list, struct err *err)
{
	const cJSON *a;

	if (!cJSON_IsArray(list))
		return err_set(err, ERR_INVALID,
			       "Alertmanager's webhook document, or an array "
			       "of alerts, is needed");
	if (cJSON_GetArraySize(list) > INBOUND_ALERTS_MAX)
		return err_set(err, ERR_TOO_LARGE, "over %d alerts",
			       INBOUND_ALERTS_MAX);
	cJSON_ArrayForEach (a, list) {
		const cJSON *labels =
		    cJSON_GetObjectItemCaseSensitive(a, "labels");

		if (check_labels(labels, err) != 0)
			return -1;
	}
	return 0;
}

/* The second a member names; 0: it names none, as Go's zero time. */
static int64_t
get_time(const cJSON *alert, const char *name, int64_t now_s)
{
	const char *text = json_get_string(alert, name);
	int64_t t_s;

	if (text == NULL ||
	    when_parse(text, strlen(text), now_s, &t_s, NULL) != 0 ||
	    t_s < CLOCK_MIN_S)
		return 0;
	return t_s;
}

static void
put_times(struct buf *out, const cJSON *alert, int64_t now_s)
{
	const char *status = json_get_string(alert, "status");
	int64_t starts_s = get_time(alert, "startsAt", now_s);
	int64_t ends_s = get_time(alert, "endsAt", now_s);

	json_key(out, "starts");
	buf_i64(out, starts_s > 0 && starts_s <= now_s ? starts_s : now_s);
	json_key(out, "ends");
	buf_i64(out, ends_s);
	json_key(out, "resolved");
	buf_str(out, (status != NULL && strcmp(status, "resolved") == 0) ||
			     (ends_s > 0 && ends_s <= now_s)
			 ? "true"
			 : "false");
}

static void
put_annotations(struct buf *out, const cJSON *a)
{
	const char *last = "";

	for (size_t i = 0; i < sizeof(annotations) / sizeof(annotations[0]);
	     i++) {
		const char *value = json_get_string(a, annotations[i].from);

		if (value == NULL || *value == '\0' ||
		    strcmp(last, annotations[i].name) == 0)
			continue;
		last = annotations[i].name;
		put_cut(out, last, value, TEXT_MAX_BYTES);
	}
}

static void
put_alert(struct buf *out, const cJSON *alert, int64_t now_s)
{
	const char *url = json_get_string(alert, "generatorURL");
	const cJSON *l;

	buf_char(out, '{');
	put_times(out, alert, now_s);
	put_annotations(out,
			cJSON_GetObjectItemCaseSensitive(alert, "annotations"));
	if (url != NULL)
		put_cut(out, "url", url, TEXT_MAX_BYTES);
	json_key(out, "labels");
	buf_char(out, '{');
	cJSON_ArrayForEach (l,
			    cJSON_GetObjectItemCaseSensitive(alert, "labels"))
		put_cut(out, l->string, l->valuestring, VALUE_MAX_BYTES);
	buf_str(out, "}}");
}

struct writing {
	struct buf message;
	const char *from;
	int (*emit)(const struct buf *message, void *arg, struct err *err);
	void *arg;
};

static void
begin(struct writing *w)
{
	buf_reset(&w->message);
	buf_str(&w->message, "{\"kind\":\"inbound\",\"from\":");
	json_string(&w->message, w->from);
	buf_str(&w->message, ",\"alerts\":[");
}

static int
flush(struct writing *w, struct err *err)
{
	if (w->message.data[w->message.len - 1] == '[')
		return 0;
	buf_str(&w->message, "]}");
	return w->emit(&w->message, w->arg, err);
}

static int
add(struct writing *w, const struct buf *one, struct err *err)
{
	if (w->message.len + one->len + 4 > INBOX_BYTES_MAX) {
		if (flush(w, err) != 0)
			return -1;
		begin(w);
	}
	if (w->message.data[w->message.len - 1] != '[')
		buf_char(&w->message, ',');
	buf_put(&w->message, one->data, one->len);
	return buf_ok(&w->message)
		   ? 0
		   : err_set(err, ERR_TOO_LARGE, "an alert is too large");
}

static int
write_all(const cJSON *list, struct writing *w, int64_t now_s, struct err *err)
{
	const cJSON *a;
	struct buf one;
	int rc = 0;

	buf_init(&w->message, INBOX_BYTES_MAX);
	buf_init(&one, INBOX_BYTES_MAX);
	begin(w);
	cJSON_ArrayForEach (a, list) {
		buf_reset(&one);
		put_alert(&one, a, now_s);
		rc = buf_ok(&one)
			 ? add(w, &one, err)
			 : err_set(err, ERR_TOO_LARGE, "an alert is too large");
		if (rc != 0)
			break;
	}
	if (rc == 0)
		rc = flush(w, err);
	buf_done(&one);
	buf_done(&w->message);
	return rc;
}

int
inbound_read(const char *text, size_t len, const char *from, int64_t now_s,
	     int (*emit)(const struct buf *message, void *arg, struct err *err),
	     void *arg, struct err *err)
{
	struct writing w = {.from = from, .emit = emit, .arg = arg};
	cJSON *doc = json_parse(text, len, INBOUND_BYTES_MAX, err);
	const cJSON *list;
	int n = -1;

	if (doc == NULL)
		return -1;
	list = cJSON_IsArray(doc) ? doc : json_get_array(doc, "alerts");
	if (check(list, err) == 0 && write_all(list, &w, now_s, err) == 0)
		n = cJSON_GetArraySize(list);
	cJSON_Delete(doc);
	return n;
}
