/* SPDX-License-Identifier: MIT */
/*
 * The keys of a rule: one table says of each where in struct rule it goes,
 * what it may hold, and the line about it in docs/alerts.md.
 */
#ifndef ALERT_RULE_KEY_H
#define ALERT_RULE_KEY_H

#include <stddef.h>

#include "alert/rule.h"
#include "core/err.h"
#include "core/yaml.h"

enum rule_key_type {
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

struct rule_key {
	const char *name;
	enum rule_key_type type;
	size_t offset, size;
	const char *const *words;
	unsigned set; /* RULE_SET_*: an override may state it */
	const char *help;
};

/* By its name; NULL when there is no such key. */
const struct rule_key *rule_key_find(const char *name);

/* One scalar into its place; -1 when the text is not of its type. */
int rule_key_set(const struct rule_key *k, const char *text, struct rule *r);

/* What belongs there, in words; static. */
const char *rule_key_expected(const struct rule_key *k);

/* Sets err to line, column and the nearest key there is; -1. */
int rule_key_unknown(const struct yaml_tree *y, const struct yaml_item *at,
		     struct err *err);

/* Sets err to line, column and the words that may stand there; -1. */
int rule_key_bad_word(const struct yaml_tree *y, const struct yaml_item *at,
		      const struct rule_key *k, struct err *err);

#endif
