/* SPDX-License-Identifier: MIT */
/*
 * The alert file: rules, channels, routes and the pace, in YAML.  Without a
 * file the built-in rules hold and nobody is told: alerts are on the pages
 * and in STATE/alerts.json all the same.
 */
#ifndef ALERT_SETTINGS_H
#define ALERT_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "alert/group.h"
#include "alert/notify.h"
#include "alert/rule.h"
#include "core/err.h"

#define SETTINGS_FILE	   "/etc/robin/alerts.yml"
#define SETTINGS_BYTES_MAX (512 * 1024)

struct settings {
	int32_t interval_s;	 /* between two looks, 10 */
	int32_t stale_s;	 /* unknown so long: the alert expires, 1h */
	int32_t inbound_stale_s; /* the same for those of others, 2d */
	int32_t keep_days;	 /* of history in events.db, 400 */
	int32_t max_waiting;	 /* messages a channel may have waiting, 1000 */
	int32_t give_up_s;	 /* a message that old is dropped, 3d */
	int32_t heartbeat_s;	 /* how often; 0: never */
	struct channel heartbeat; /* url or url-file; no notifier */
	size_t n_channels;
	struct channel channels[CHANNELS_MAX];
	size_t n_routes;
	struct route routes[ROUTES_MAX];
	struct rules rules;
};

/*
 * Built-in rules, then the file (NULL: SETTINGS_FILE when it exists).  -1
 * with ERR_CONFIG and "file:line:col: …"; s is then empty.
 */
int settings_load(struct settings *s, const char *file, struct err *err);

/* The same from bytes in memory; fuzzed. */
int settings_parse(struct settings *s, const char *name, const char *text,
		   size_t len, struct err *err);

void settings_done(struct settings *s);

/* The channel of that name, or NULL. */
const struct channel *settings_channel(const struct settings *s,
				       const char *name);

#endif
