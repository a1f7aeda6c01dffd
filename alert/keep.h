/* SPDX-License-Identifier: MIT */
/*
 * The engine's memory in events.db: states of alerts and groups, silences,
 * and history.  Written in the transaction of the look that changed them.
 */
#ifndef ALERT_KEEP_H
#define ALERT_KEEP_H

#include <stdint.h>

#include "alert/engine.h"
#include "alert/group.h"
#include "events/store.h"

/* Groups that have something to remember, sorted by key. */
struct group_memory {
	char key[FINGERPRINT_SIZE];
	struct group_state state;
	bool dirty;
};

struct groups {
	struct group_memory *list; /* owned */
	size_t n, room;
};

struct group_memory *groups_get(struct groups *g, const char *key);
void groups_remove(struct groups *g, const char *key);
void groups_done(struct groups *g);

#define KEEP_RECORD_MAX 65536 /* bytes of one record */

/*
 * Loads all of it into an engine that was not built yet.  After a reboot
 * times are rebased and waiting messages become due.  The first time it also
 * makes the installation's mark (engine.origin).
 */
int keep_load(struct engine *e, struct groups *g, struct events *db,
	      int64_t now_boot_ms, struct err *err);

/* Whether anything waits to be stored. */
bool keep_is_dirty(const struct engine *e, const struct groups *g);

/* Stores what changed, and history rows for this look's changes; inside a
 * transaction.  keep_clean afterwards, once it is committed. */
int keep_store(struct engine *e, struct groups *g, struct events *db,
	       int64_t now_s, struct err *err);
void keep_clean(struct engine *e, struct groups *g);

#endif
