/* SPDX-License-Identifier: MIT */
/*
 * A rule: what to look at, when it is bad, and for how long before anybody
 * is told.  Two levels, warning and critical, share one rule, so an alert
 * that worsens is raised and not a second alert.  Pure; how rules are
 * written is in rule_read.h and docs/alerts.md.
 */
#ifndef ALERT_RULE_H
#define ALERT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/path.h"

#define RULE_NAME_MAX	   63
#define RULE_LABELS_MAX	   16
#define RULE_OVERRIDES_MAX 32
#define RULES_MAX	   512

enum rule_condition {
	RULE_ABOVE,
	RULE_BELOW,
	RULE_SILENT,  /* no new sample for so many seconds */
	RULE_UNUSUAL, /* so many spreads away from the week's baseline */
	RULE_REACHES, /* will reach `limit` within so many seconds */
	RULE_CONDITION__MAX
};

enum rule_aggregate {
	RULE_LAST,
	RULE_AVERAGE,
	RULE_MIN,
	RULE_MAX,
	RULE_CHANGE, /* newest minus oldest of the window */
	RULE_AGGREGATE__MAX
};

enum rule_scope {
	RULE_SERIES, /* one alert a series */
	RULE_HOST,   /* one alert a host (silence of all its series) */
	RULE_SCOPE__MAX
};

/* Which series of a family that has a total and parts (cpu, cpu.0, …). */
enum rule_parts { RULE_TOTALS, RULE_PARTS, RULE_ALL, RULE_PARTS__MAX };

enum rule_direction { RULE_UP, RULE_DOWN, RULE_BOTH, RULE_DIRECTION__MAX };

enum alert_level { LEVEL_OK, LEVEL_WARNING, LEVEL_CRITICAL, LEVEL__MAX };

/* What an override can change. */
struct rule_limits {
	bool enabled;
	double warning, critical; /* NaN: this level does not exist */
	double margin;	/* hysteresis: how far back over the line is clear */
	int32_t for_s;	/* bad for so long before it fires */
	int32_t keep_s; /* clear for so long before it resolves */
};

/* Which members an override states. */
enum {
	RULE_SET_ENABLED = 1,
	RULE_SET_WARNING = 2,
	RULE_SET_CRITICAL = 4,
	RULE_SET_MARGIN = 8,
	RULE_SET_FOR = 16,
	RULE_SET_KEEP = 32,
};

struct rule_override {
	char where[200];
	unsigned set;
	struct rule_limits limits;
};

struct rule_label {
	char name[32], value[100];
};

/* "Mon-Fri 08:00-18:00": when people are told; always when days is 0. */
struct rule_hours {
	uint8_t days;		  /* bit 0: Monday */
	int16_t from_min, to_min; /* of the day; from > to: over midnight */
};

struct rule {
	char name[RULE_NAME_MAX + 1];
	char family[FAMILY_MAX + 1];	  /* glob; "" = any that has the role */
	enum metric_role role;		  /* ROLE_NONE: metric decides */
	char metric[METRIC_NAME_MAX + 1]; /* "" = the lead metric */
	char per[METRIC_NAME_MAX + 1];	  /* value is metric/per in percent */
	bool share;	 /* a *_USED role as used/(used+free) in percent */
	char where[200]; /* glob over cluster/host/family.instance; "" all */
	char except[200];
	enum rule_scope scope;
	enum rule_parts parts;
	enum rule_condition condition;
	enum rule_aggregate aggregate;
	enum rule_direction direction;
	int32_t over_s;	   /* window of the aggregate */
	int32_t history_s; /* what baseline and forecast learn from */
	double limit;	   /* RULE_REACHES */
	struct rule_limits limits;
	bool family_limits; /* a family's own defaults come before limits */
	bool inhibits_host; /* while it fires, the host's others are muted */
	struct rule_hours hours;
	char summary[200], runbook[200];
	size_t n_labels;
	struct rule_label labels[RULE_LABELS_MAX];
	size_t n_overrides;
	struct rule_override overrides[RULE_OVERRIDES_MAX];
	bool built_in;
};

struct rules {
	struct rule *rules; /* owned */
	size_t n, room;
};

/* A rule of that name with every default. */
void rule_init(struct rule *r, const char *name);

/* Sets the role; one of a used/free pair is judged as a share. */
void rule_set_role(struct rule *r, enum metric_role role);

/* Appends a copy; NULL and ERR_FULL past RULES_MAX, ERR_NOMEM. */
struct rule *rules_add(struct rules *rs, const struct rule *r, struct err *err);
struct rule *rules_find(const struct rules *rs, const char *name);
void rules_done(struct rules *rs);

/* '*' any bytes, '?' one byte; in 'a|b' either. */
bool rule_glob(const char *pattern, const char *text);

/*
 * Whether the rule looks at this series of this family.  Rules of hosts match
 * every series by where, with the instance left out.
 */
bool rule_matches(const struct rule *r, const struct path *p,
		  const struct family *f);

/* The limits that hold for one series: the rule's, the family's own, then
 * the overrides that match, in order. */
struct rule_limits rule_limits_of(const struct rule *r, const struct path *p,
				  const struct family *f);

/* The judged value of drawn values (core/role.h); NaN when unknown. */
double rule_value(const struct rule *r, const struct family *f,
		  const double *rates);

/*
 * What one unit of that value is in the unit of the curves: a percentage of
 * a pair or of another metric is drawn as that metric.  NaN when unknown.
 */
double rule_drawn_scale(const struct rule *r, const struct family *f,
			const double *rates);

/* The unit of that value, "" when there is none; static or the family's. */
const char *rule_unit(const struct rule *r, const struct family *f);

/*
 * The level of a value, given the level held now: leaving a level takes
 * margin more than entering it.  value must be known.
 */
enum alert_level rule_level(const struct rule *r, const struct rule_limits *l,
			    double value, enum alert_level held);

/* Whether people may be told at that weekday (0 Monday) and minute. */
bool rule_hours_on(const struct rule_hours *h, int weekday, int minute);

/* Stable words of the enums; -1 from find when there is no such word. */
const char *alert_level_name(enum alert_level level);
const char *rule_condition_name(enum rule_condition c);

#endif
