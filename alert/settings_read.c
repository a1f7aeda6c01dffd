/* SPDX-License-Identifier: MIT */
/* Maps and scalars of the alert file: see settings_read.h. */
#include <stdio.h>
#include <string.h>

#include "alert/rule_read.h"
#include "alert/settings_read.h"
#include "core/number.h"
#include "core/opt.h"

int
settings_fail(struct reading *r, const struct yaml_item *at, const char *what)
{
	return yaml_tree_fail(r->y, at, r->err, "%s%s%s",
			      at->key != NULL ? at->key : "",
			      at->key != NULL ? ": " : "", what);
}

int
settings_seconds(struct reading *r, const struct yaml_item *at, void *out)
{
	if (at->kind != YAML_TEXT || rule_duration(at->text, out) != 0)
		return settings_fail(r, at,
				     "a duration with its unit: 30s, 5m, 3d");
	return 0;
}

int
settings_count(struct reading *r, const struct yaml_item *at, void *out)
{
	int64_t v;

	if (at->kind != YAML_TEXT ||
	    !number_i64(at->text, strlen(at->text), &v) || v < 1 || v > 1000000)
		return settings_fail(r, at, "a whole number from 1 to 1000000");
	*(int32_t *)out = (int32_t)v;
	return 0;
}

int
settings_unknown(struct reading *r, const struct yaml_item *at,
		 const struct settings_key *keys, size_t n)
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

int
settings_map(struct reading *r, const struct yaml_item *map,
	     const struct settings_key *keys, size_t n, void *base)
{
	if (map->kind != YAML_MAP)
		return settings_fail(r, map,
				     "\"key: value\" lines are expected");
	for (const struct yaml_item *i = map->first; i != NULL; i = i->next) {
		size_t k = 0;

		while (k < n && strcmp(keys[k].name, i->key) != 0)
			k++;
		if (k == n)
			return settings_unknown(r, i, keys, n);
		if (keys[k].read(r, i, (char *)base + keys[k].offset) != 0)
			return -1;
	}
	return 0;
}
