/* SPDX-License-Identifier: MIT */
/* Rules: what they match and how they judge.  See rule.h. */
#include "alert/rule.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/role.h"

void
rule_init(struct rule *r, const char *name)
{
	memset(r, 0, sizeof(*r));
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	r->limit = NAN;
	r->over_s = 300;
	r->history_s = 3 * 86400;
	r->limits = (struct rule_limits){
	    .enabled = true, .warning = NAN, .critical = NAN};
}

void
rule_set_role(struct rule *r, enum metric_role role)
{
	static const enum metric_role pairs[] = {
	    ROLE_CPU_USED, ROLE_MEMORY_USED, ROLE_SWAP_USED, ROLE_DISK_USED,
	    ROLE_INODES_USED};

	r->role = role;
	r->share = false;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		r->share |= pairs[i] == role;
}

struct rule *
rules_find(const struct rules *rs, const char *name)
{
	for (size_t i = 0; i < rs->n; i++)
		if (strcmp(rs->rules[i].name, name) == 0)
			return &rs->rules[i];
	return NULL;
}

struct rule *
rules_add(struct rules *rs, const struct rule *r, struct err *err)
{
	if (rs->n == RULES_MAX) {
		err_set(err, ERR_FULL, "over %d rules", RULES_MAX);
		return NULL;
	}
	if (rs->n == rs->room) {
		size_t room = rs->room > 0 ? 2 * rs->room : 32;
		struct rule *grown = realloc(rs->rules, room * sizeof(*grown));

		if (grown == NULL) {
			err_set(err, ERR_NOMEM, "rules: out of memory");
			return NULL;
		}
		rs->rules = grown;
		rs->room = room;
	}
	rs->rules[rs->n] = *r;
	return &rs->rules[rs->n++];
}

void
rules_done(struct rules *rs)
{
	free(rs->rules);
	*rs = (struct rules){0};
}

/* One alternative [p, end) against text; linear with one backtrack point. */
static bool
glob_one(const char *p, const char *end, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text != '\0') {
		if (p < end && *p == '*') {
			star = ++p;
			from = text;
		} else if (p < end && (*p == '?' || *p == *text)) {
			p++;
			text++;
		} else if (star != NULL) {
			p = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (p < end && *p == '*')
		p++;
	return p == end;
}

bool
rule_glob(const char *pattern, const char *text)
{
	for (;;) {
		const char *end = pattern + strcspn(pattern, "|");

		if (glob_one(pattern, end, text))
			return true;
		if (*end == '\0')
			return false;
		pattern = end + 1;
	}
}

/* A pattern without a slash is a host; with one, cluster/host; else whole. */
static bool
where_matches(const char *pattern, const struct path *p)
{
	char text[PATH_SIZE];
	struct path host = *p;
	size_t n;

	(void)path_format(p, text);
	if (rule_glob(pattern, text) || rule_glob(pattern, p->host))
		return true;
	/* "cluster/host" is the text up to the second slash */
	n = strlen(host.cluster) + 1 + strlen(host.host);
	text[n] = '\0';
	return rule_glob(pattern, text);
}

static bool
has_metric(const struct rule *r, const struct family *f)
{
	if (r->role != ROLE_NONE)
		return role_in(f, r->role) != 0;
	if (r->metric[0] != '\0' && family_metric(f, r->metric) < 0)
		return false;
	return r->per[0] == '\0' || family_metric(f, r->per) >= 0;
}

static bool
is_wanted_part(const struct rule *r, const struct path *p,
	       const struct family *f)
{
	if (!f->total_and_parts || r->parts == RULE_ALL)
		return true;
	return (p->instance[0] != '\0') == (r->parts == RULE_PARTS);
}

bool
rule_matches(const struct rule *r, const struct path *p, const struct family *f)
{
	if (r->family[0] != '\0' && !rule_glob(r->family, p->family))
		return false;
	if (r->scope == RULE_SERIES &&
	    (!has_metric(r, f) || !is_wanted_part(r, p, f)))
		return false;
	if (r->except[0] != '\0' && where_matches(r->except, p))
		return false;
	return r->where[0] == '\0' || where_matches(r->where, p);
}

static void
apply_override(struct rule_limits *l, const struct rule_override *o)
{
	if (o->set & RULE_SET_ENABLED)
		l->enabled = o->limits.enabled;
	if (o->set & RULE_SET_WARNING)
		l->warning = o->limits.warning;
	if (o->set & RULE_SET_CRITICAL)
		l->critical = o->limits.critical;
	if (o->set & RULE_SET_MARGIN)
		l->margin = o->limits.margin;
	if (o->set & RULE_SET_FOR)
		l->for_s = o->limits.for_s;
	if (o->set & RULE_SET_KEEP)
		l->keep_s = o->limits.keep_s;
}

static bool
is_same_subject(const struct rule *r, const struct family_alert *a)
{
	if (a->role != ROLE_NONE)
		return a->role == r->role;
	return r->role == ROLE_NONE && a->metric != NULL &&
	       strcmp(a->metric, r->metric) == 0;
}

struct rule_limits
rule_limits_of(const struct rule *r, const struct path *p,
	       const struct family *f)
{
	struct rule_limits l = r->limits;

	for (size_t i = 0; r->family_limits && i < f->n_alerts; i++) {
		const struct family_alert *a = &f->alerts[i];

		if (!is_same_subject(r, a))
			continue;
		l.warning = a->warning;
		l.critical = a->critical;
		l.for_s = a->for_s;
	}
	for (size_t i = 0; i < r->n_overrides; i++)
		if (where_matches(r->overrides[i].where, p))
			apply_override(&l, &r->overrides[i]);
	return l;
}

double
rule_value(const struct rule *r, const struct family *f, const double *rates)
{
	size_t metric = f->lead;
	int per;

	if (r->role != ROLE_NONE)
		return r->share ? 100 * role_used_ratio(f, rates, r->role)
				: role_sum(f, rates, r->role);
	if (r->metric[0] != '\0') {
		int found = family_metric(f, r->metric);

		if (found < 0)
			return NAN;
		metric = (size_t)found;
	}
	if (r->per[0] == '\0')
		return rates[metric];
	per = family_metric(f, r->per);
	if (per < 0 || !(rates[per] > 0))
		return NAN;
	return 100 * rates[metric] / rates[per];
}

double
rule_drawn_scale(const struct rule *r, const struct family *f,
		 const double *rates)
{
	double value = rule_value(r, f, rates);
	int metric =
	    r->metric[0] != '\0' ? family_metric(f, r->metric) : (int)f->lead;

	if (r->role != ROLE_NONE)
		return r->share ? role_sum(f, rates, r->role) / value : 1;
	if (r->per[0] == '\0')
		return 1;
	return metric < 0 ? NAN : rates[metric] / value;
}

const char *
rule_unit(const struct rule *r, const struct family *f)
{
	int metric;

	if (r->condition == RULE_SILENT)
		return "seconds";
	if (r->share || r->per[0] != '\0')
		return "%";
	for (size_t i = 0; r->role != ROLE_NONE && i < f->n_metrics; i++)
		if (f->metrics[i].role == r->role)
			return f->metrics[i].unit != NULL ? f->metrics[i].unit
							  : "";
	metric =
	    r->metric[0] != '\0' ? family_metric(f, r->metric) : (int)f->lead;
	if (metric < 0 || f->metrics[metric].unit == NULL)
		return "";
	return f->metrics[metric].unit;
}

/* How far value is over the line on its bad side; >= 0 is bad. */
static double
over(const struct rule *r, double value, double line)
{
	switch (r->condition) {
	case RULE_BELOW:
	case RULE_REACHES:
		return line - value;
	case RULE_UNUSUAL:
		if (r->direction == RULE_BOTH)
			value = fabs(value);
		else if (r->direction == RULE_DOWN)
			value = -value;
		return value - line;
	default:
		return value - line;
	}
}

enum alert_level
rule_level(const struct rule *r, const struct rule_limits *l, double value,
	   enum alert_level held)
{
	const double lines[] = {
	    [LEVEL_WARNING] = l->warning, [LEVEL_CRITICAL] = l->critical};

	for (int i = LEVEL_CRITICAL; i > LEVEL_OK; i--) {
		double slack = (int)held >= i ? l->margin : 0;

		/* a line of NaN is never passed */
		if (over(r, value, lines[i]) + slack >= 0)
			return (enum alert_level)i;
	}
	return LEVEL_OK;
}

bool
rule_hours_on(const struct rule_hours *h, int weekday, int minute)
{
	bool late = minute >= h->from_min, early = minute < h->to_min;
	int day = weekday;

	if (h->days == 0)
		return true;
	if (h->from_min <= h->to_min)
		return (h->days >> day & 1) != 0 && late && early;
	/* over midnight: the early part belongs to the day before */
	if (!late)
		day = (weekday + 6) % 7;
	return (h->days >> day & 1) != 0 && (late || early);
}

const char *
alert_level_name(enum alert_level level)
{
	static const char *const names[LEVEL__MAX] = {"ok", "warning",
						      "critical"};

	return (unsigned)level < LEVEL__MAX ? names[level] : "ok";
}

const char *
rule_condition_name(enum rule_condition c)
{
	static const char *const names[RULE_CONDITION__MAX] = {
	    "above", "below", "silent", "unusual", "reaches"};

	return (unsigned)c < RULE_CONDITION__MAX ? names[c] : "above";
}
