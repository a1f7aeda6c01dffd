/* SPDX-License-Identifier: MIT */
/* channels: and heartbeat: of the alert file: see settings_read.h. */
#include <stdio.h>
#include <string.h>

#include "alert/settings_read.h"

static int
read_option(struct reading *r, struct channel *c, const struct yaml_item *at)
{
	struct channel_option *o = &c->options[c->n_options];

	if (strcmp(at->key, "type") == 0)
		return 0;
	if (strcmp(at->key, "per-hour") == 0)
		return settings_count(r, at, &c->per_hour);
	if (c->n_options == CHANNEL_OPTIONS_MAX)
		return settings_fail(r, at, "too many options");
	if (at->kind != YAML_TEXT || strlen(at->key) >= sizeof(o->name) ||
	    strlen(at->text) >= sizeof(o->value) || *at->text == '\0' ||
	    strpbrk(at->text, "\r\n") != NULL)
		return settings_fail(r, at, "one line of text");
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
		return settings_fail(r, at, "a channel is a map with type:");
	memset(c, 0, sizeof(*c));
	c->notifier = notifier_find(type->text);
	if (c->notifier == NULL)
		return settings_fail(
		    r, type,
		    "email, slack, webhook, alertmanager, pagerduty, "
		    "ntfy or exec");
	if (strlen(at->key) >= sizeof(c->name))
		return settings_fail(r, at, "the name is too long");
	(void)snprintf(c->name, sizeof(c->name), "%s", at->key);
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next)
		if (read_option(r, c, i) != 0)
			return -1;
	if (channel_check(c, &why) != 0)
		return yaml_tree_fail(r->y, at, r->err, "%s", why.msg);
	return 0;
}

int
settings_channels(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;

	if (at->kind != YAML_MAP)
		return settings_fail(r, at, "a map of channels");
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		if (s->n_channels == CHANNELS_MAX)
			return settings_fail(r, i, "too many channels");
		if (read_channel(r, &s->channels[s->n_channels], i) != 0)
			return -1;
		s->n_channels++;
	}
	return 0;
}

int
settings_heartbeat(struct reading *r, const struct yaml_item *at, void *out)
{
	struct settings *s = out;
	struct channel *c = &s->heartbeat;

	if (at->kind != YAML_MAP)
		return settings_fail(r, at, "{url: …, every: 5m}");
	s->heartbeat_s = 300;
	for (const struct yaml_item *i = at->first; i != NULL; i = i->next) {
		if (strcmp(i->key, "every") == 0) {
			if (settings_seconds(r, i, &s->heartbeat_s) != 0)
				return -1;
		} else if (strcmp(i->key, "url") != 0 &&
			   strcmp(i->key, "url-file") != 0) {
			return settings_fail(r, i,
					     "only url, url-file and every");
		} else if (read_option(r, c, i) != 0) {
			return -1;
		}
	}
	if (c->n_options != 1)
		return settings_fail(r, at, "either url: or url-file:");
	return 0;
}
