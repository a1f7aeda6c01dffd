/* SPDX-License-Identifier: MIT */
/* Loading the alert file: see settings.h.  Rules are rule_read.c's. */
#include "alert/settings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alert/rule_read.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/number.h"
#include "core/opt.h"
#include "core/yaml.h"

struct reading {
	struct settings *s;
	const struct yaml_tree *y;
	struct err *err;
	struct route pace; /* what routes begin with */
};

static int
fail(struct reading *r, const struct yaml_item *at, const char *what)
{
	return yaml_tree_fail(r->y, at, r->err, "%s%s%s",
			      at->key != NULL ? at->key : "",
			      at->key != NULL ? ": " : "", what);
}

static int
read_seconds(struct reading *r, const struct yaml_item *at, void *out)
{
	if (at->kind != YAML_TEXT || rule_duration(at->text, out) != 0)
		return fail(r, at, "a duration with its unit: 30s, 5m, 3d");
	return 0;
}

static int
read_count(struct reading *r, const struct yaml_item *at, void *out)
{
	int64_t v;

	if (at->kind != YAML_TEXT ||
	    !number_i64(at->text, strlen(at->text), &v) || v < 1 || v > 1000000)
		return fail(r, at, "a whole number from 1 to 1000000");
	*(int32_t *)out = (int32_t)v;
	return 0;
}

/* Calls fn for a text or for each text of a list. */
static int
each_text(struct reading *r, const struct yaml_item *at,
	  int (*fn)(struct reading *r, const struct yaml_item *at, void *out),
	  void *out)
{
	if (at->kind == YAML_TEXT)
		return fn(r, at, out);
	if (at->kind != YAML_LIST)
		return fail(r, at, "a name, or a list of names");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next)
		if (i->kind != YAML_TEXT || fn(r, i, out) != 0)
			return i->kind == YAML_TEXT ? -1 : fail(r, i, "a name");
	return 0;
}

static int
read_group_word(struct reading *r, const struct yaml_item *at, void *out)
{
	struct route *route = out;

	if (route->n_group_by == MESSAGE_GROUP_MAX)
		return fail(r, at, "too many labels");
	if (!family_name_valid(at->text, strlen(at->text)) ||
	    strlen(at->text) >= sizeof(route->group_by[0]))
		return fail(r, at, "the name of a label");
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
		return fail(r, at, "\"label: pattern\" lines");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		struct rule_label *l = &route->matches[route->n_matches];

		if (route->n_matches == ROUTE_MATCHES_MAX)
			return fail(r, i, "too many labels");
		if (i->kind != YAML_TEXT || strlen(i->key) >= sizeof(l->name) ||
		    strlen(i->text) >= sizeof(l->value))
			return fail(r, i, "a label and a pattern");
		(void)snprintf(l->name, sizeof(l->name), "%s", i->key);
		(void)snprintf(l->value, sizeof(l->value), "%s", i->text);
		route->n_matches++;
	}
	return 0;
}

/* A table of keys: reads one map into a struct. */
struct key {
	const char *name;
	int (*read)(struct reading *r, const struct yaml_item *at, void *out);
	size_t offset; /* of what read gets */
};

static int
unknown_key(struct reading *r, const struct yaml_item *at,
	    const struct key *keys, size_t n)
{
	const char *names[16], *near;

	for (size_t i = 0; i < n; i++)
		names[i] = keys[i].name;
	near = opt_nearest(at->key, names, n);
	return yaml_tree_fail(r->y, at, r->err, "unknown key \"%.40s\"%s%s%s",
			      at->key, near != NULL ? " (did you mean " : "",
			      near != NULL ? near : "",
			      near != NULL ? "?)" : "");
}

static int
read_map(struct reading *r, const struct yaml_item *map, const struct key *keys,
	 size_t n, void *base)
{
	if (map->kind != YAML_MAP)
		return fail(r, map, "\"key: value\" lines are expected");
	for (const struct yaml_item *i = map->first; i != NULL; i = i->next) {
		size_t k = 0;

		while (k < n && strcmp(keys[k].name, i->key) != 0)
			k++;
		if (k == n)
			return unknown_key(r, i, keys, n);
		if (keys[k].read(r, i, (char *)base + keys[k].offset) != 0)
			return -1;
	}
	return 0;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct key step_keys[] = {
    {"after", read_seconds, offsetof(struct route_step, after_s)},
    {"to", read_to, offsetof(struct route_step, to)},
};

static int
read_escalate(struct reading *r, const struct yaml_item *at, void *out)
{
	struct route *route = out;

	if (at->kind != YAML_LIST)
		return fail(r, at, "a list of {after: 15m, to: channel}");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		struct route_step *step = &route->steps[route->n_steps];

		if (route->n_steps == ROUTE_STEPS_MAX)
			return fail(r, i, "too many steps");
		if (read_map(r, i, step_keys, COUNT(step_keys), step) != 0)
			return -1;
		if (step->to == 0 || step->after_s == 0)
			return fail(r, i, "a step needs after: and to:");
		route->n_steps++;
	}
	return 0;
}

static const struct key route_keys[] = {
    {"match", read_match, 0},
    {"to", read_to, offsetof(struct route, to)},
    {"group-by", read_group_by, 0},
    {"wait", read_seconds, offsetof(struct route, wait_s)},
    {"interval", read_seconds, offsetof(struct route, interval_s)},
    {"repeat", read_seconds, offsetof(struct route, repeat_s)},
    {"escalate", read_escalate, 0},
};

static int
read_routes(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;

	if (at->kind != YAML_LIST)
		return fail(r, at, "a list of routes");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		struct route *route = &s->routes[s->n_routes];

		if (s->n_routes == ROUTES_MAX)
			return fail(r, i, "too many routes");
		*route = r->pace;
		if (read_map(r, i, route_keys, COUNT(route_keys), route) != 0)
			return -1;
		s->n_routes++;
	}
	return 0;
}

static int
read_option(struct reading *r, struct channel *c, const struct yaml_item *at)
{
	struct channel_option *o = &c->options[c->n_options];

	if (strcmp(at->key, "type") == 0)
		return 0;
	if (strcmp(at->key, "per-hour") == 0)
		return read_count(r, at, &c->per_hour);
	if (c->n_options == CHANNEL_OPTIONS_MAX)
		return fail(r, at, "too many options");
	if (at->kind != YAML_TEXT || strlen(at->key) >= sizeof(o->name) ||
	    strlen(at->text) >= sizeof(o->value) || *at->text == '\0' ||
	    strpbrk(at->text, "\r\n") != NULL)
		return fail(r, at, "one line of text");
	(void)snprintf(o->name, sizeof(o->name), "%s", at->key);
	(void)snprintf(o->value, sizeof(o->value), "%s", at->text);
	c->n_options++;
	return 0;
}

static int
read_channel(struct reading *r, struct channel *c, const struct yaml_item *at)
{
	const struct yaml_item *type = yaml_tree_find(at, "type");
	struct err why;

	if (at->kind != YAML_MAP || type == NULL || type->kind != YAML_TEXT)
		return fail(r, at, "a channel is a map with type:");
	memset(c, 0, sizeof(*c));
	c->notifier = notifier_find(type->text);
	if (c->notifier == NULL)
		return fail(r, type,
			    "email, slack, webhook, alertmanager, pagerduty, "
			    "ntfy or exec");
	if (strlen(at->key) >= sizeof(c->name))
		return fail(r, at, "the name is too long");
	(void)snprintf(c->name, sizeof(c->name), "%s", at->key);
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next)
		if (read_option(r, c, i) != 0)
			return -1;
	if (channel_check(c, &why) != 0)
		return yaml_tree_fail(r->y, at, r->err, "%s", why.msg);
	return 0;
}

static int
read_channels(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;

	if (at->kind != YAML_MAP)
		return fail(r, at, "a map of channels");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		if (s->n_channels == CHANNELS_MAX)
			return fail(r, i, "too many channels");
		if (read_channel(r, &s->channels[s->n_channels], i) != 0)
			return -1;
		s->n_channels++;
	}
	return 0;
}

static int
read_heartbeat(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;
	struct channel *c = &s->heartbeat;

	if (at->kind != YAML_MAP)
		return fail(r, at, "{url: …, every: 5m}");
	s->heartbeat_s = 300;
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		if (strcmp(i->key, "every") == 0) {
			if (read_seconds(r, i, &s->heartbeat_s) != 0)
				return -1;
		} else if (strcmp(i->key, "url") != 0 &&
			   strcmp(i->key, "url-file") != 0) {
			return fail(r, i, "only url, url-file and every");
		} else if (read_option(r, c, i) != 0) {
			return -1;
		}
	}
	if (c->n_options != 1)
		return fail(r, at, "either url: or url-file:");
	return 0;
}

static int
read_rules(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;

	return rules_read(&s->rules, r->y, at, false, r->err);
}

static int
read_pace(struct reading *r, const struct yaml_item *at, void *out)
{
	(void)out;
	return read_map(r, at, route_keys + 2, 4, &r->pace);
}

static const struct key top_keys[] = {
    {"interval", read_seconds, offsetof(struct settings, interval_s)},
    {"stale", read_seconds, offsetof(struct settings, stale_s)},
    {"inbound-stale", read_seconds, offsetof(struct settings, inbound_stale_s)},
    {"give-up", read_seconds, offsetof(struct settings, give_up_s)},
    {"keep-days", read_count, offsetof(struct settings, keep_days)},
    {"max-waiting", read_count, offsetof(struct settings, max_waiting)},
    {"heartbeat", read_heartbeat, 0},
    /* in this order, whatever the file's: routes name channels */
    {"channels", read_channels, 0},
    {"notify", read_pace, 0},
    {"routes", read_routes, 0},
    {"rules", read_rules, 0},
};

static int
read_top(struct reading *r, const struct yaml_item *root)
{
	if (root->kind != YAML_MAP)
		return fail(r, root, "\"key: value\" lines are expected");
	for (const struct yaml_item *i = root->first; i != NULL; i = i->next) {
		size_t k = 0;

		while (k < COUNT(top_keys) &&
		       strcmp(top_keys[k].name, i->key) != 0)
			k++;
		if (k == COUNT(top_keys))
			return unknown_key(r, i, top_keys, COUNT(top_keys));
	}
	for (size_t k = 0; k < COUNT(top_keys); k++) {
		const struct yaml_item *at =
		    yaml_tree_find(root, top_keys[k].name);

		if (at != NULL &&
		    top_keys[k].read(r, at,
				     (char *)r->s + top_keys[k].offset) != 0)
			return -1;
	}
	if (r->s->interval_s < 1 || r->s->interval_s > 3600)
		return fail(r, root, "interval: 1s to 1h");
	return 0;
}

static void
set_defaults(struct reading *r)
{
	*r->s = (struct settings){.interval_s = 10,
				  .stale_s = 3600,
				  .inbound_stale_s = 2 * 86400,
				  .keep_days = 400,
				  .max_waiting = 1000,
				  .give_up_s = 3 * 86400};
	r->pace = (struct route){.wait_s = 30,
				 .interval_s = 300,
				 .repeat_s = 4 * 3600,
				 .n_group_by = 2,
				 .group_by = {"rule", "cluster"}};
}

/* Channels without a route: all get everything. */
static void
add_default_route(struct reading *r)
{
	struct settings *s = r->s;

	if (s->n_routes > 0 || s->n_channels == 0)
		return;
	s->routes[0] = r->pace;
	for (size_t i = 0; i < s->n_channels; i++)
		s->routes[0].to |= UINT32_C(1) << i;
	s->n_routes = 1;
}

int
settings_parse(struct settings *s, const char *name, const char *text,
	       size_t len, struct err *err)
{
	struct reading r = {.s = s, .err = err};
	struct yaml_tree *y = NULL;
	int rc;

	set_defaults(&r);
	rc = rules_defaults(&s->rules, err);
	if (rc == 0)
		y = yaml_tree_read(name, text, len, err);
	if (y == NULL)
		rc = -1;
	r.y = y;
	if (rc == 0 && yaml_tree_root(y) != NULL)
		rc = read_top(&r, yaml_tree_root(y));
	yaml_tree_free(&y);
	if (rc == 0)
		add_default_route(&r);
	else
		settings_done(s);
	return rc;
}

int
settings_load(struct settings *s, const char *file, struct err *err)
{
	struct buf text;
	int rc = 0;

	*s = (struct settings){0};
	buf_init(&text, SETTINGS_BYTES_MAX);
	if (file == NULL && access(SETTINGS_FILE, F_OK) == 0)
		file = SETTINGS_FILE;
	if (file != NULL && file_read(file, &text, err) != 0) {
		rc = -1;
		if (err != NULL)
			err->code = ERR_CONFIG;
	}
	if (rc == 0)
		rc = settings_parse(s, file != NULL ? file : "built-in",
				    text.data, text.len, err);
	buf_done(&text);
	return rc;
}

void
settings_done(struct settings *s)
{
	rules_done(&s->rules);
	*s = (struct settings){0};
}

const struct channel *
settings_channel(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < s->n_channels; i++)
		if (strcmp(s->channels[i].name, name) == 0)
			return &s->channels[i];
	return NULL;
}
