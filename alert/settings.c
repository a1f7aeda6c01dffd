/* SPDX-License-Identifier: MIT */
/* Loading the alert file: see settings.h.  Its parts are settings_*.c's,
 * rules rule_read.c's. */
#include "alert/settings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alert/rule_read.h"
#include "alert/settings_read.h"
#include "core/buf.h"
#include "core/file.h"

static int
read_rules(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;

	return rules_read(&s->rules, r->y, at, false, r->err);
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct settings_key top_keys[] = {
    {"interval", settings_seconds, offsetof(struct settings, interval_s)},
    {"stale", settings_seconds, offsetof(struct settings, stale_s)},
    {"inbound-stale", settings_seconds,
     offsetof(struct settings, inbound_stale_s)},
    {"give-up", settings_seconds, offsetof(struct settings, give_up_s)},
    {"keep-days", settings_count, offsetof(struct settings, keep_days)},
    {"max-waiting", settings_count, offsetof(struct settings, max_waiting)},
    {"heartbeat", settings_heartbeat, 0},
    /* in this order, whatever the file's: routes name channels */
    {"channels", settings_channels, 0},
    {"notify", settings_pace, 0},
    {"routes", settings_routes, 0},
    {"rules", read_rules, 0},
};

static int
read_top(struct reading *r, const struct yaml_item *root)
{
	if (root->kind != YAML_MAP)
		return settings_fail(r, root,
				     "\"key: value\" lines are expected");
	for (const struct yaml_item *i = root->first; i != NULL; i = i->next) {
		size_t k = 0;

		while (k < COUNT(top_keys) &&
		       strcmp(top_keys[k].name, i->key) != 0)
			k++;
		if (k == COUNT(top_keys))
			return settings_unknown(r, i, top_keys,
						COUNT(top_keys));
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
		return settings_fail(r, root, "interval: 1s to 1h");
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
