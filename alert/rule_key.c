/* SPDX-License-Identifier: MIT */
/* The keys of a rule, their values and their reference: see rule_key.h. */
#include "alert/rule_key.h"

#include <stdio.h>
#include <string.h>

#include "alert/rule_read.h"
#include "core/buf.h"
#include "core/opt.h"

static const char *const conditions[] = {"above",   "below",   "silent",
					 "unusual", "reaches", NULL};
static const char *const aggregates[] = {"last", "average", "min",
					 "max",	 "change",  NULL};
static const char *const scopes[] = {"series", "host", NULL};
static const char *const parts[] = {"totals", "parts", "all", NULL};
static const char *const directions[] = {"up", "down", "both", NULL};

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

static const struct rule_key keys[] = {
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
read_word(const struct rule_key *k, const char *text, int *out)
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
read_text(const struct rule_key *k, const char *text, char *out)
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

int
rule_key_set(const struct rule_key *k, const char *text, struct rule *r)
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

const char *
rule_key_expected(const struct rule_key *k)
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

const struct rule_key *
rule_key_find(const char *name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

int
rule_key_unknown(const struct yaml_tree *y, const struct yaml_item *at,
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

int
rule_key_bad_word(const struct yaml_tree *y, const struct yaml_item *at,
		  const struct rule_key *k, struct err *err)
{
	char list[120];
	size_t n = 0;

	for (int i = 0; k->words[i] != NULL && n < sizeof(list); i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
				      i > 0 ? ", " : "", k->words[i]);
	return yaml_tree_fail(y, at, err, "%s: one of %s is expected", k->name,
			      list);
}

void
rules_docs(struct buf *out)
{
	buf_str(out, "| key | value | what it does |\n|---|---|---|\n");
	for (size_t i = 0; i < N_KEYS; i++) {
		const struct rule_key *k = &keys[i];

		buf_fmt(out, "| `%s` | ", k->name);
		for (int w = 0; k->words != NULL && k->words[w] != NULL; w++)
			buf_fmt(out, "%s%s", w > 0 ? ", " : "", k->words[w]);
		if (k->type == KEY_LABELS || k->type == KEY_OVERRIDES)
			buf_str(out,
				k->type == KEY_LABELS ? "a map" : "a list");
		else if (k->words == NULL)
			buf_str(out, rule_key_expected(k));
		buf_fmt(out, " | %s%s |\n", k->help,
			k->set != 0 ? " (may be overridden)" : "");
	}
}
