/* SPDX-License-Identifier: MIT */
/* YAML into rules by a table of keys: see rule_read.h. */
#include "alert/rule_read.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/opt.h"

enum key_type {
	KEY_TEXT,
	KEY_WORD, /* an enum, by its words */
	KEY_ROLE,
	KEY_BOOL,
	KEY_NUMBER,   /* 5, 1.5, 95% */
	KEY_LINE,     /* the same or a duration: 3m is 180 */
	KEY_DURATION, /* whole seconds */
	KEY_HOURS,
	KEY_LABELS,
	KEY_OVERRIDES,
};

static const char *const conditions[] = {"above",   "below",   "silent",
					 "unusual", "reaches", NULL};
static const char *const aggregates[] = {"last", "average", "min",
					 "max",	 "change",  NULL};
static const char *const scopes[] = {"series", "host", NULL};
static const char *const parts[] = {"totals", "parts", "all", NULL};
static const char *const directions[] = {"up", "down", "both", NULL};

struct key {
	const char *name;
	enum key_type type;
	size_t offset, size;
	const char *const *words;
	unsigned set; /* RULE_SET_*: an override may state it */
	const char *help;
};

#define AT(m)	 offsetof(struct rule, m), sizeof(((struct rule *)0)->m)
#define LIMIT(m) AT(limits.m)
#define TEXT_KEY(n, m, h)                                                      \
	{                                                                      \
		n, KEY_TEXT, AT(m), NULL, 0, h                                 \
	}
#define WORD_KEY(n, m, w, h)                                                   \
	{                                                                      \
		n, KEY_WORD, AT(m), w, 0, h                                    \
	}

static const struct key keys[] = {
    {"enabled", KEY_BOOL, LIMIT(enabled), NULL, RULE_SET_ENABLED,
     "false switches it off"},
    {"role", KEY_ROLE, AT(role), NULL, 0,
     "what to look at, by meaning: disk_used, load, …"},
    TEXT_KEY("family", family, "or by family name; may have * and ?"),
    TEXT_KEY("metric", metric, "which of its metrics; else its lead metric"),
    TEXT_KEY("per", per, "judge metric / per, in percent"),
    TEXT_KEY("where", where,
	     "only series whose host, cluster/host or path matches"),
    TEXT_KEY("except", except, "but not these"),
    WORD_KEY("scope", scope, scopes, "one alert a series, or a host"),
    WORD_KEY("parts", parts, parts,
	     "of a family with a total and parts: which"),
    WORD_KEY("condition", condition, conditions, "what is bad"),
    WORD_KEY("aggregate", aggregate, aggregates, "over the window"),
    {"over", KEY_DURATION, AT(over_s), NULL, 0, "the window"},
    {"warning", KEY_LINE, LIMIT(warning), NULL, RULE_SET_WARNING,
     "the line of a warning"},
    {"critical", KEY_LINE, LIMIT(critical), NULL, RULE_SET_CRITICAL,
     "the line of a critical alert"},
    {"margin", KEY_LINE, LIMIT(margin), NULL, RULE_SET_MARGIN,
     "hysteresis: so far back over the line is clear"},
    {"for", KEY_DURATION, LIMIT(for_s), NULL, RULE_SET_FOR,
     "bad for so long before it fires"},
    {"keep", KEY_DURATION, LIMIT(keep_s), NULL, RULE_SET_KEEP,
     "clear for so long before it resolves"},
    {"limit", KEY_NUMBER, AT(limit), NULL, 0,
     "condition reaches: the value it must not reach"},
    {"history", KEY_DURATION, AT(history_s), NULL, 0,
     "what unusual and reaches learn from"},
    WORD_KEY("direction", direction, directions,
	     "condition unusual: which side counts"),
    {"inhibits-host", KEY_BOOL, AT(inhibits_host), NULL, 0,
     "while it fires, other alerts of the host are not sent"},
    {"hours", KEY_HOURS, AT(hours), NULL, 0,
     "when to tell people: Mon-Fri 08:00-18:00"},
    TEXT_KEY("summary", summary, "the first line of a message"),
    TEXT_KEY("runbook", runbook, "address of what to do"),
    {"labels", KEY_LABELS, AT(labels), NULL, 0, "name: value, for routes"},
    {"overrides", KEY_OVERRIDES, AT(overrides), NULL, 0,
     "a list of where: and other limits"},
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static int
read_word(const struct key *k, const char *text, int *out)
{
	for (int i = 0; k->words[i] != NULL; i++)
		if (strcmp(k->words[i], text) == 0) {
			*out = i;
			return 0;
		}
	return -1;
}

static int
read_bool(const char *text, bool *out)
{
	bool yes = strcmp(text, "true") == 0;

	if (!yes && strcmp(text, "false") != 0)
		return -1;
	*out = yes;
	return 0;
}

static int
read_text(const struct key *k, const char *text, char *out)
{
	size_t n = strlen(text);

	if (n >= k->size || strpbrk(text, "\r\n") != NULL)
		return -1;
	memcpy(out, text, n + 1);
	return 0;
}

static int
read_role(const char *text, struct rule *r)
{
	int role = metric_role_find(text);

	if (role <= ROLE_NONE)
		return -1;
	rule_set_role(r, (enum metric_role)role);
	return 0;
}

/* One scalar into its place; -1 when the text is not of its type. */
static int
read_scalar(const struct key *k, const char *text, struct rule *r)
{
	void *at = (char *)r + k->offset;

	switch (k->type) {
	case KEY_TEXT:
		return read_text(k, text, at);
	case KEY_WORD:
		return read_word(k, text, at);
	case KEY_ROLE:
		return read_role(text, r);
	case KEY_BOOL:
		return read_bool(text, at);
	case KEY_NUMBER:
		return rule_number(text, at);
	case KEY_LINE:
		return rule_line(text, at);
	case KEY_DURATION:
		return rule_duration(text, at);
	case KEY_HOURS:
		return rule_hours_parse(text, at);
	default:
		return -1;
	}
}

static const char *
expected(const struct key *k)
{
	switch (k->type) {
	case KEY_TEXT:
		return "one line of text";
	case KEY_ROLE:
		return "the name of a role, such as disk_used";
	case KEY_BOOL:
		return "true or false";
	case KEY_NUMBER:
		return "a number, or a percentage";
	case KEY_LINE:
		return "a number, a percentage or a duration";
	case KEY_DURATION:
		return "a duration with its unit: 30s, 5m, 3d";
	case KEY_HOURS:
		return "hours: Mon-Fri 08:00-18:00, or always";
	default:
		return "another word";
	}
}

static const struct key *
find_key(const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

static int
unknown_key(const struct yaml_tree *y, const struct yaml_item *at,
	    struct err *err)
{
	const char *names[N_KEYS], *near;

	for (size_t i = 0; i < N_KEYS; i++)
		names[i] = keys[i].name;
	near = opt_nearest(at->key, names, N_KEYS);
	return yaml_tree_fail(y, at, err, "unknown key \"%.40s\"%s%s%s",
			      at->key, near != NULL ? " (did you mean " : "",
			      near != NULL ? near : "",
			      near != NULL ? "?)" : "");
}

static int
bad_word(const struct yaml_tree *y, const struct yaml_item *at,
	 const struct key *k, struct err *err)
{
	char list[120];
	size_t n = 0;

	for (int i = 0; k->words[i] != NULL && n < sizeof(list); i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
				      i > 0 ? ", " : "", k->words[i]);
	return yaml_tree_fail(y, at, err, "%s: one of %s is expected", k->name,
			      list);
}

static int
read_labels(struct rule *r, const struct yaml_tree *y,
	    const struct yaml_item *map, struct err *err)
{
	if (map->kind != YAML_MAP)
		return yaml_tree_fail(y, map, err,
				      "labels: \"name: value\" lines are "
				      "expected");
	r->n_labels = 0;
	for (const struct yaml_item *i = map->first; i != NULL; i = i->next) {
		struct rule_label *l = &r->labels[r->n_labels];

		if (r->n_labels == RULE_LABELS_MAX)
			return yaml_tree_fail(y, i, err, "over %d labels",
					      RULE_LABELS_MAX);
		if (i->kind != YAML_TEXT ||
		    !family_name_valid(i->key, strlen(i->key)) ||
		    strlen(i->key) >= sizeof(l->name) ||
		    strlen(i->text) >= sizeof(l->value))
			return yaml_tree_fail(
			    y, i, err,
			    "a label is name: value, the name of a-z 0-9 _");
		(void)snprintf(l->name, sizeof(l->name), "%s", i->key);
		(void)snprintf(l->value, sizeof(l->value), "%s", i->text);
		r->n_labels++;
	}
	return 0;
}

static int
read_override(struct rule_override *o, const struct rule *r,
	      const struct yaml_tree *y, const struct yaml_item *map,
	      struct err *err)
{
	struct rule copy = *r;

	memset(o, 0, sizeof(*o));
	for (const struct yaml_item *i = map->first; i != NULL; i = i->next) {
		const struct key *k = find_key(i->key);

		if (strcmp(i->key, "where") == 0 && i->kind == YAML_TEXT &&
		    strlen(i->text) < sizeof(o->where)) {
			(void)snprintf(o->where, sizeof(o->where), "%s",
				       i->text);
			continue;
		}
		if (k == NULL || k->set == 0)
			return yaml_tree_fail(y, i, err,
					      "\"%.40s\" cannot be overridden",
					      i->key);
		if (i->kind != YAML_TEXT || read_scalar(k, i->text, &copy) != 0)
			return yaml_tree_fail(y, i, err, "%s: %s is expected",
					      k->name, expected(k));
		o->set |= k->set;
	}
	if (o->where[0] == '\0')
		return yaml_tree_fail(y, map, err, "an override needs where:");
	o->limits = copy.limits;
	return 0;
}

static int
read_overrides(struct rule *r, const struct yaml_tree *y,
	       const struct yaml_item *list, struct err *err)
{
	if (list->kind != YAML_LIST)
		return yaml_tree_fail(y, list, err,
				      "overrides: a list is expected");
	r->n_overrides = 0;
	for (const struct yaml_item *i = list->first; i != NULL; i = i->next) {
		if (r->n_overrides == RULE_OVERRIDES_MAX)
			return yaml_tree_fail(y, i, err, "over %d overrides",
					      RULE_OVERRIDES_MAX);
		if (i->kind != YAML_MAP)
			return yaml_tree_fail(y, i, err,
					      "an override is a map");
		if (read_override(&r->overrides[r->n_overrides], r, y, i,
				  err) != 0)
			return -1;
		r->n_overrides++;
	}
	return 0;
}

static int
read_key(struct rule *r, const struct yaml_tree *y, const struct yaml_item *at,
	 struct err *err)
{
	const struct key *k = find_key(at->key);

	if (k == NULL)
		return unknown_key(y, at, err);
	if (k->type == KEY_LABELS)
		return read_labels(r, y, at, err);
	if (k->type == KEY_OVERRIDES)
		return read_overrides(r, y, at, err);
	if (at->kind != YAML_TEXT || read_scalar(k, at->text, r) != 0)
		return k->type == KEY_WORD
			   ? bad_word(y, at, k, err)
			   : yaml_tree_fail(y, at, err, "%s: %s is expected",
					    k->name, expected(k));
	if (k->set & (RULE_SET_WARNING | RULE_SET_CRITICAL))
		r->family_limits = false;
	return 0;
}

/* What only the whole rule can tell. */
static int
check_rule(const struct rule *r, const struct yaml_tree *y,
	   const struct yaml_item *at, struct err *err)
{
	const struct rule_limits *l = &r->limits;
	int falls = r->condition == RULE_BELOW || r->condition == RULE_REACHES;

	if (r->scope == RULE_HOST && r->condition != RULE_SILENT)
		return yaml_tree_fail(y, at, err,
				      "scope host goes with condition silent");
	if (r->scope == RULE_SERIES && r->role == ROLE_NONE &&
	    r->family[0] == '\0')
		return yaml_tree_fail(y, at, err,
				      "role: or family: is missing");
	if (r->condition == RULE_REACHES && isnan(r->limit))
		return yaml_tree_fail(y, at, err,
				      "condition reaches needs limit:");
	if (isnan(l->warning) && isnan(l->critical) && !r->family_limits)
		return yaml_tree_fail(y, at, err,
				      "warning: or critical: is missing");
	if (falls ? l->critical > l->warning : l->critical < l->warning)
		return yaml_tree_fail(
		    y, at, err,
		    "critical: comes before warning: on the bad way");
	if (l->margin < 0)
		return yaml_tree_fail(y, at, err, "margin: is negative");
	if (r->over_s < 1 || r->history_s < 3600)
		return yaml_tree_fail(
		    y, at, err, "over: at least 1s, history: at least 1h");
	return 0;
}

int
rules_read(struct rules *rs, const struct yaml_tree *y,
	   const struct yaml_item *map, bool built_in, struct err *err)
{
	if (map->kind != YAML_MAP)
		return yaml_tree_fail(y, map, err,
				      "rules: a map of rules is expected");
	for (const struct yaml_item *i = map->first; i != NULL; i = i->next) {
		struct rule r, *old;
		size_t n = strlen(i->key);

		if (n > RULE_NAME_MAX || !family_name_valid(i->key, n))
			return yaml_tree_fail(y, i, err,
					      "a rule's name has a-z 0-9 _");
		if (i->kind != YAML_MAP)
			return yaml_tree_fail(y, i, err,
					      "a rule is a map of keys");
		old = rules_find(rs, i->key);
		if (old != NULL)
			r = *old;
		else
			rule_init(&r, i->key);
		r.built_in = built_in;
		for (const struct yaml_item *k = i->first; k != NULL;
		     k = k->next)
			if (read_key(&r, y, k, err) != 0)
				return -1;
		if (built_in)
			r.family_limits = r.condition == RULE_ABOVE;
		if (check_rule(&r, y, i, err) != 0)
			return -1;
		if (old != NULL)
			*old = r;
		else if (rules_add(rs, &r, err) == NULL)
			return -1;
	}
	return 0;
}

void
rules_docs(struct buf *out)
{
	buf_str(out, "| key | value | what it does |\n|---|---|---|\n");
	for (size_t i = 0; i < N_KEYS; i++) {
		const struct key *k = &keys[i];

		buf_fmt(out, "| `%s` | ", k->name);
		for (int w = 0; k->words != NULL && k->words[w] != NULL; w++)
			buf_fmt(out, "%s%s", w > 0 ? ", " : "", k->words[w]);
		if (k->type == KEY_LABELS || k->type == KEY_OVERRIDES)
			buf_str(out,
				k->type == KEY_LABELS ? "a map" : "a list");
		else if (k->words == NULL)
			buf_str(out, expected(k));
		buf_fmt(out, " | %s%s |\n", k->help,
			k->set != 0 ? " (may be overridden)" : "");
	}
}
