/* SPDX-License-Identifier: MIT */
/* An alert in words: labels, values with units, the summary.  See engine.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alert/engine.h"
#include "core/buf.h"
#include "core/unit.h"

static const char *
rule_label_value(const struct rule_label *l, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(l[i].name, name) == 0)
			return l[i].value;
	return "";
}

static const char *
snapshot_label(const struct message_alert *m, const char *name)
{
	if (strcmp(name, "rule") == 0)
		return m->rule;
	if (strcmp(name, "severity") == 0)
		return alert_level_name(m->level);
	if (strcmp(name, "cluster") == 0)
		return m->cluster;
	if (strcmp(name, "host") == 0)
		return m->host;
	if (strcmp(name, "series") == 0)
		return m->series;
	return rule_label_value(m->labels, m->n_labels, name);
}

const char *
alert_label(const struct alert *a, const char *name)
{
	const struct watched_series *s = a->series;

	if (a->snapshot != NULL)
		return snapshot_label(a->snapshot, name);
	if (strcmp(name, "rule") == 0)
		return a->rule->name;
	if (strcmp(name, "severity") == 0)
		return alert_level_name(a->level);
	if (strcmp(name, "cluster") == 0)
		return a->host->cluster;
	if (strcmp(name, "host") == 0)
		return a->host->host;
	if (strcmp(name, "series") == 0)
		return s != NULL ? s->text : "";
	if (strcmp(name, "family") == 0)
		return s != NULL ? s->path.family : "";
	if (strcmp(name, "instance") == 0)
		return s != NULL ? s->path.instance : "";
	return rule_label_value(a->rule->labels, a->rule->n_labels, name);
}

/* 3.1e9 bytes -> "3.1 G"; decimal steps and three digits, as everywhere on the
 * pages. */
static void
put_scaled(double v, const char *unit, char *out, size_t size)
{
	int i = unit_reduce(&v, 1000, 1000, 5);

	/* 999.6 in three digits would be 1e+03 */
	(void)snprintf(out, size,
		       fabs(v) < 999.5 ? "%.3g%s%s%.24s" : "%.0f%s%s%.24s", v,
		       *unit != '\0' || i > 0 ? " " : "", unit_large[i], unit);
}

static void
put_value(const struct alert *a, char out[48])
{
	const char *unit =
	    a->series != NULL ? rule_unit(a->rule, a->series->family) : "";
	char span[24];

	if (isnan(a->value)) {
		(void)snprintf(out, 48, "unknown");
	} else if (a->rule->condition == RULE_REACHES && a->value <= 0) {
		(void)snprintf(out, 48, "no time");
	} else if (a->rule->condition == RULE_SILENT ||
		   a->rule->condition == RULE_REACHES) {
		message_span((int64_t)a->value, span);
		(void)snprintf(out, 48, "%s", span);
	} else if (a->rule->condition == RULE_UNUSUAL) {
		(void)snprintf(out, 48, "%.1f spreads off", a->value);
	} else if (strcmp(unit, "%") == 0 || strcmp(unit, "percent") == 0) {
		(void)snprintf(out, 48, "%.1f %%", a->value);
	} else {
		put_scaled(a->value, unit, out, 48);
	}
}

/* Replaces {name} by a label, and {value} and {reason}. */
static void
put_template(struct buf *out, const struct alert *a, const char *t,
	     const char *value)
{
	while (*t != '\0') {
		const char *end = *t == '{' ? strchr(t, '}') : NULL;
		char name[32];

		if (end == NULL || (size_t)(end - t) > sizeof(name)) {
			buf_char(out, *t++);
			continue;
		}
		(void)snprintf(name, sizeof(name), "%.*s", (int)(end - t - 1),
			       t + 1);
		if (strcmp(name, "value") == 0)
			buf_str(out, value);
		else if (strcmp(name, "reason") == 0)
			buf_str(out, a->reason);
		else if (strcmp(name, "instance") == 0)
			slug_text(out, alert_label(a, name));
		else
			buf_str(out, alert_label(a, name));
		t = end + 1;
	}
}

static void
put_summary(const struct alert *a, struct message_alert *out)
{
	struct buf b;

	buf_init(&b, 4096);
	if (a->rule->summary[0] != '\0')
		put_template(&b, a, a->rule->summary, out->value);
	else
		buf_fmt(&b, "%s: %s is at %s", a->rule->name,
			a->series != NULL ? a->series->text : a->host->host,
			out->value);
	message_copy(out->summary, sizeof(out->summary), b.data);
	buf_done(&b);
}

/* Lines that the curve can be held against; a spread, a span or a change is
 * none. */
static void
put_lines(const struct alert *a, struct message_alert *out)
{
	const struct rule *r = a->rule;
	double scale;

	if (a->series == NULL || r->aggregate == RULE_CHANGE ||
	    (r->condition != RULE_ABOVE && r->condition != RULE_BELOW &&
	     r->condition != RULE_REACHES))
		return;
	scale = rule_drawn_scale(r, a->series->family, a->series->rates);
	out->line[LEVEL_WARNING] =
	    (r->condition == RULE_REACHES ? r->limit : a->limits.warning) *
	    scale;
	if (r->condition != RULE_REACHES)
		out->line[LEVEL_CRITICAL] = a->limits.critical * scale;
	for (int i = LEVEL_WARNING; i < LEVEL__MAX; i++)
		if (!isfinite(out->line[i]))
			out->line[i] = 0;
}

void
alert_describe(const struct engine *e, const struct alert *a,
	       struct message_alert *out)
{
	if (a->snapshot != NULL) {
		*out = *a->snapshot;
	} else {
		memset(out, 0, sizeof(*out));
		memcpy(out->fingerprint, a->fingerprint,
		       sizeof(out->fingerprint));
		message_copy(out->rule, sizeof(out->rule), a->rule->name);
		message_copy(out->cluster, sizeof(out->cluster),
			     a->host->cluster);
		message_copy(out->host, sizeof(out->host), a->host->host);
		message_copy(out->series, sizeof(out->series),
			     alert_label(a, "series"));
		message_copy(out->reason, sizeof(out->reason), a->reason);
		message_copy(out->runbook, sizeof(out->runbook),
			     a->rule->runbook);
		put_value(a, out->value);
		put_summary(a, out);
		put_lines(a, out);
		out->n_labels = a->rule->n_labels;
		memcpy(out->labels, a->rule->labels, sizeof(out->labels));
	}
	if (out->origin[0] == '\0')
		memcpy(out->origin, e->origin, sizeof(out->origin));
	out->level = a->level;
	out->resolved = a->state.phase != ALERT_FIRING;
	out->since_s = a->state.since_s;
	out->ended_s = a->ended_s;
}
