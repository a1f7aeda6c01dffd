/* SPDX-License-Identifier: MIT */
/*
 * The registry's JSON form of a family.  Members that have their default are
 * left out; docs/format.md describes them.  Reading is strict: an unknown
 * kind, role or draw word, or a rule of family_check broken, is an error.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/family.h"
#include "core/json.h"

static void
put_text(struct buf *b, const char *key, const char *value)
{
	if (value == NULL)
		return;
	json_key(b, key);
	json_string(b, value);
}

static void
put_number(struct buf *b, const char *key, double value)
{
	if (isnan(value))
		return;
	json_key(b, key);
	json_double(b, value);
}

static void
put_metric(struct buf *b, const struct metric *m)
{
	buf_char(b, '{');
	put_text(b, "name", m->name);
	put_text(b, "label", m->label);
	put_text(b, "unit", m->unit);
	put_text(b, "help", m->help);
	put_text(b, "raw_unit", m->raw_unit);
	put_text(b, "kind", metric_kind_name(m->kind));
	put_text(b, "draw", metric_draw_name(m->draw));
	if (m->role != ROLE_NONE)
		put_text(b, "role", metric_role_name(m->role));
	put_number(b, "min", m->min);
	put_number(b, "max", m->max);
	if (m->colour != 0)
		put_number(b, "colour", m->colour);
	buf_char(b, '}');
}

static void
put_alert(struct buf *b, const struct family_alert *a)
{
	buf_char(b, '{');
	if (a->role != ROLE_NONE)
		put_text(b, "role", metric_role_name(a->role));
	put_text(b, "metric", a->metric);
	put_number(b, "warning", a->warning);
	put_number(b, "critical", a->critical);
	put_number(b, "for", a->for_s);
	buf_char(b, '}');
}

void
family_to_json(const struct family *f, struct buf *b)
{
	buf_char(b, '{');
	put_text(b, "name", f->name);
	put_text(b, "title", f->title);
	put_text(b, "unit", f->unit);
	put_text(b, "help", f->help);
	put_text(b, "category", f->category);
	put_text(b, "instance_label", f->instance_label);
	put_text(b, "profile", f->profile);
	put_number(b, "step", f->step_s);
	put_number(b, "heartbeat", f->heartbeat_s);
	if (f->total_and_parts)
		buf_str(b, ",\"total_and_parts\":true");
	buf_fmt(b, ",\"declared\":%s", f->declared ? "true" : "false");
	put_number(b, "lower_limit", f->lower_limit);
	put_number(b, "upper_limit", f->upper_limit);
	put_number(b, "lead", (double)f->lead);
	json_key(b, "metrics");
	buf_char(b, '[');
	for (size_t i = 0; i < f->n_metrics; i++) {
		if (i > 0)
			buf_char(b, ',');
		put_metric(b, &f->metrics[i]);
	}
	buf_char(b, ']');
	if (f->n_alerts > 0) {
		json_key(b, "alerts");
		buf_char(b, '[');
		for (size_t i = 0; i < f->n_alerts; i++) {
			if (i > 0)
				buf_char(b, ',');
			put_alert(b, &f->alerts[i]);
		}
		buf_char(b, ']');
	}
	buf_char(b, '}');
}

/* A whole number member inside [low, high]; false when it is not one. */
static bool
take_int(const cJSON *object, const char *key, int32_t fallback, int32_t low,
	 int32_t high, int32_t *out)
{
	double v = json_get_double(object, key, fallback);

	if (!(v >= low && v <= high) || v != trunc(v))
		return false;
	*out = (int32_t)v;
	return true;
}

/* An optional enum word; -1 when it is there and not one of the words. */
static int
take_word(const cJSON *object, const char *key, int (*find)(const char *))
{
	const char *word = json_get_string(object, key);

	return word == NULL ? 0 : find(word);
}

/* NaN: there is none; nor is one that no number reaches. */
static double
take_limit(const cJSON *j, const char *key)
{
	double v = json_get_double(j, key, NAN);

	return isinf(v) ? NAN : v;
}

static int
take_metric(const cJSON *j, struct metric *m, struct err *err)
{
	int kind = take_word(j, "kind", metric_kind_find);
	int draw = take_word(j, "draw", metric_draw_find);
	int role = take_word(j, "role", metric_role_find);
	int32_t colour;

	m->name = json_get_string(j, "name");
	if (m->name == NULL || kind < 0 || draw < 0 || role < 0 ||
	    !take_int(j, "colour", 0, 0, 1000, &colour))
		return err_set(err, ERR_INVALID,
			       "family: metric \"%.60s\" is not understood",
			       m->name != NULL ? m->name : "");
	m->label = json_get_string(j, "label");
	m->unit = json_get_string(j, "unit");
	m->help = json_get_string(j, "help");
	m->raw_unit = json_get_string(j, "raw_unit");
	m->kind = (enum metric_kind)kind;
	m->draw = (enum metric_draw)draw;
	m->role = (enum metric_role)role;
	m->min = take_limit(j, "min");
	m->max = take_limit(j, "max");
	m->colour = colour;
	return 0;
}

static int
take_alert(const cJSON *j, struct family_alert *a, struct err *err)
{
	int role = take_word(j, "role", metric_role_find);

	if (role < 0 || !take_int(j, "for", 0, 0, 86400 * 30, &a->for_s))
		return err_set(err, ERR_INVALID,
			       "family: an alert is not understood");
	a->role = (enum metric_role)role;
	a->metric = json_get_string(j, "metric");
	a->warning = take_limit(j, "warning");
	a->critical = take_limit(j, "critical");
	return 0;
}

#define ALERTS_MAX 16

/* Reads into caller's arrays; strings still belong to the cJSON tree. */
static int
take_family(const cJSON *root, struct family *f, struct metric *metrics,
	    struct family_alert *alerts, struct err *err)
{
	const cJSON *list = json_get_array(root, "metrics"), *j;
	int32_t lead;

	f->name = json_get_string(root, "name");
	f->title = json_get_string(root, "title");
	f->unit = json_get_string(root, "unit");
	f->help = json_get_string(root, "help");
	f->category = json_get_string(root, "category");
	f->instance_label = json_get_string(root, "instance_label");
	f->profile = json_get_string(root, "profile");
	f->total_and_parts = cJSON_IsTrue(
	    cJSON_GetObjectItemCaseSensitive(root, "total_and_parts"));
	f->declared =
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "declared"));
	f->lower_limit = take_limit(root, "lower_limit");
	f->upper_limit = take_limit(root, "upper_limit");
	if (!take_int(root, "step", 10, 1, 86400, &f->step_s) ||
	    !take_int(root, "heartbeat", 120, 2, 8640000, &f->heartbeat_s) ||
	    !take_int(root, "lead", 0, 0, FAMILY_METRICS_MAX - 1, &lead))
		return err_set(
		    err, ERR_INVALID,
		    "family: step, heartbeat or lead is not a whole number");
	f->lead = (size_t)lead;
	f->metrics = metrics;
	f->alerts = alerts;
	if (cJSON_GetArraySize(list) > FAMILY_METRICS_MAX)
		return err_set(err, ERR_TOO_LARGE, "family: over %d metrics",
			       FAMILY_METRICS_MAX);
	cJSON_ArrayForEach (j, list) {
		if (take_metric(j, &metrics[f->n_metrics++], err) != 0)
			return -1;
	}
	list = json_get_array(root, "alerts");
	if (cJSON_GetArraySize(list) > ALERTS_MAX)
		return err_set(err, ERR_TOO_LARGE, "family: over %d alerts",
			       ALERTS_MAX);
	cJSON_ArrayForEach (j, list) {
		if (take_alert(j, &alerts[f->n_alerts++], err) != 0)
			return -1;
	}
	return family_check(f, err);
}

struct family *
family_from_json(const char *text, size_t len, struct err *err)
{
	struct metric metrics[FAMILY_METRICS_MAX];
	struct family_alert alerts[ALERTS_MAX];
	struct family f = {0}, *copy = NULL;
	cJSON *root = json_parse(text, len, FAMILY_JSON_MAX, err);

	if (root == NULL)
		return NULL;
	if (take_family(root, &f, metrics, alerts, err) == 0) {
		copy = family_copy(&f);
		if (copy == NULL)
			err_set(err, ERR_NOMEM, "family: out of memory");
	}
	cJSON_Delete(root);
	return copy;
}
