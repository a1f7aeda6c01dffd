/* SPDX-License-Identifier: MIT */
/*
 * Reading the alert file: what its parts share.  A part is a file
 * (settings_NAME.c) with readers of one shape, which tables of keys name.
 */
#ifndef ALERT_SETTINGS_READ_H
#define ALERT_SETTINGS_READ_H

#include "alert/settings.h"
#include "core/yaml.h"

struct reading {
	struct settings *s;
	const struct yaml_tree *y;
	struct err *err;
	struct route pace; /* what routes begin with */
};

/* A table of keys: reads one map into a struct. */
struct settings_key {
	const char *name;
	int (*read)(struct reading *r, const struct yaml_item *at, void *out);
	size_t offset; /* of what read gets */
};

/* -1 with "file:line:col: KEY: what". */
int settings_fail(struct reading *r, const struct yaml_item *at,
		  const char *what);

/* The same for a key that is none of these, with the nearest one. */
int settings_unknown(struct reading *r, const struct yaml_item *at,
		     const struct settings_key *keys, size_t n);

/* Each key of a map into base. */
int settings_map(struct reading *r, const struct yaml_item *map,
		 const struct settings_key *keys, size_t n, void *base);

/* Readers.  out: int32_t, in seconds; int32_t, 1 to 1000000. */
int settings_seconds(struct reading *r, const struct yaml_item *at, void *out);
int settings_count(struct reading *r, const struct yaml_item *at, void *out);

/* out: struct settings.  Channels come first, since routes name them. */
int settings_channels(struct reading *r, const struct yaml_item *at, void *out);
int settings_heartbeat(struct reading *r, const struct yaml_item *at,
		       void *out);
int settings_pace(struct reading *r, const struct yaml_item *at, void *out);
int settings_routes(struct reading *r, const struct yaml_item *at, void *out);

#endif
