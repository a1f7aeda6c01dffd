/* SPDX-License-Identifier: MIT */
/*
 * What others ask for through the inbox: silences, acknowledgements,
 * alerts of other programs, and events to note.  docs/alerts.md has the forms.
 */
#ifndef ALERT_CONTROL_H
#define ALERT_CONTROL_H

#include "alert/engine.h"
#include "events/inbox.h"
#include "events/store.h"

/*
 * Carries out every item, inside a transaction; refused ones are marked by
 * inbox_refuse.  Call inbox_remove after the commit.
 */
int control_take(struct engine *e, struct events *db, struct inbox *in,
		 int64_t now_boot_ms, int64_t now_s, struct err *err);

/* Drops silences that are over from memory and from the database. */
int control_sweep(struct engine *e, struct events *db, int64_t now_s,
		  struct err *err);

#endif
