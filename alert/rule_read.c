/* SPDX-License-Identifier: MIT */
/* YAML into rules: see rule_read.h. */
#include "alert/rule_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alert/rule_key.h"

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
		const struct rule_key *k = rule_key_find(i->key);

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
		if (i->kind != YAML_TEXT ||
		    rule_key_set(k, i->text, &copy) != 0)
			return yaml_tree_fail(y, i, err, "%s: %s is expected",
					      k->name, rule_key_expected(k));
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
	const struct rule_key *k = rule_key_find(at->key);

	if (k == NULL)
		return rule_key_unknown(y, at, err);
	if (k->type == KEY_LABELS)
		return read_labels(r, y, at, err);
	if (k->type == KEY_OVERRIDES)
		return read_overrides(r, y, at, err);
	if (at->kind != YAML_TEXT || rule_key_set(k, at->text, r) != 0)
		return k->type == KEY_WORD
			   ? rule_key_bad_word(y, at, k, err)
			   : yaml_tree_fail(y, at, err, "%s: %s is expected",
					    k->name, rule_key_expected(k));
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
