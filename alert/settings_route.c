/* SPDX-License-Identifier: MIT */
/* routes: and notify: of the alert file: see settings_read.h. */
#include <stdio.h>
#include <string.h>

#include "alert/settings_read.h"
#include "core/path.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Calls fn for a text or for each text of a list. */
static int
each_text(struct reading *r, const struct yaml_item *at,
	  int (*fn)(struct reading *r, const struct yaml_item *at, void *out),
	  void *out)
{
	if (at->kind == YAML_TEXT)
		return fn(r, at, out);
	if (at->kind != YAML_LIST)
		return settings_fail(r, at, "a name, or a list of names");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next)
		if (i->kind != YAML_TEXT || fn(r, i, out) != 0)
			return i->kind == YAML_TEXT
				   ? -1
				   : settings_fail(r, i, "a name");
	return 0;
}

static int
read_group_word(struct reading *r, const struct yaml_item *at, void *out)
{
	struct route *route = out;

	if (route->n_group_by == MESSAGE_GROUP_MAX)
		return settings_fail(r, at, "too many labels");
	if (!family_name_valid(at->text, strlen(at->text)) ||
	    strlen(at->text) >= sizeof(route->group_by[0]))
		return settings_fail(r, at, "the name of a label");
	(void)snprintf(route->group_by[route->n_group_by++],
		       sizeof(route->group_by[0]), "%s", at->text);
	return 0;
}

static int
read_group_by(struct reading *r, const struct yaml_item *at, void *out)
{
	struct route *route = out;

	route->n_group_by = 0;
	return each_text(r, at, read_group_word, out);
}

static int
read_to_word(struct reading *r, const struct yaml_item *at, void *out)
{
	for (size_t i = 0; i < r->s->n_channels; i++)
		if (strcmp(r->s->channels[i].name, at->text) == 0) {
			*(uint32_t *)out |= UINT32_C(1) << i;
			return 0;
		}
	return yaml_tree_fail(r->y, at, r->err, "there is no channel \"%.40s\"",
			      at->text);
}

static int
read_to(struct reading *r, const struct yaml_item *at, void *out)
{
	return each_text(r, at, read_to_word, out);
}

static int
read_match(struct reading *r, const struct yaml_item *at, void *out)
{
	struct route *route = out;

	if (at->kind != YAML_MAP)
		return settings_fail(r, at, "\"label: pattern\" lines");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		struct rule_label *l = &route->matches[route->n_matches];

		if (route->n_matches == ROUTE_MATCHES_MAX)
			return settings_fail(r, i, "too many labels");
		if (i->kind != YAML_TEXT || strlen(i->key) >= sizeof(l->name) ||
		    strlen(i->text) >= sizeof(l->value))
			return settings_fail(r, i, "a label and a pattern");
		(void)snprintf(l->name, sizeof(l->name), "%s", i->key);
		(void)snprintf(l->value, sizeof(l->value), "%s", i->text);
		route->n_matches++;
	}
	return 0;
}

static const struct settings_key step_keys[] = {
    {"after", settings_seconds, offsetof(struct route_step, after_s)},
    {"to", read_to, offsetof(struct route_step, to)},
};

static int
read_escalate(struct reading *r, const struct yaml_item *at, void *out)
{
	struct route *route = out;

	if (at->kind != YAML_LIST)
		return settings_fail(r, at,
				     "a list of {after: 15m, to: channel}");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		struct route_step *step = &route->steps[route->n_steps];

		if (route->n_steps == ROUTE_STEPS_MAX)
			return settings_fail(r, i, "too many steps");
		if (settings_map(r, i, step_keys, COUNT(step_keys), step) != 0)
			return -1;
		if (step->to == 0 || step->after_s == 0)
			return settings_fail(r, i,
					     "a step needs after: and to:");
		route->n_steps++;
	}
	return 0;
}

static const struct settings_key route_keys[] = {
    {"match", read_match, 0},
    {"to", read_to, offsetof(struct route, to)},
    {"group-by", read_group_by, 0},
    {"wait", settings_seconds, offsetof(struct route, wait_s)},
    {"interval", settings_seconds, offsetof(struct route, interval_s)},
    {"repeat", settings_seconds, offsetof(struct route, repeat_s)},
    {"escalate", read_escalate, 0},
};

int
settings_routes(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;

	if (at->kind != YAML_LIST)
		return settings_fail(r, at, "a list of routes");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		struct route *route = &s->routes[s->n_routes];

		if (s->n_routes == ROUTES_MAX)
			return settings_fail(r, i, "too many routes");
		*route = r->pace;
		if (settings_map(r, i, route_keys, COUNT(route_keys), route) !=
		    0)
			return -1;
		s->n_routes++;
	}
	return 0;
}

int
settings_pace(struct reading *r, const struct yaml_item *at, void *out)
{
	(void)out;
	return settings_map(r, at, route_keys + 2, 4, &r->pace);
}
