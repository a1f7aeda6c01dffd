/* SPDX-License-Identifier: MIT */
/*
 * From alerts to messages: groups those that fire, or of which people think
 * they do, and queues a message for each group that is due.
 */
#ifndef ALERT_TELL_H
#define ALERT_TELL_H

#include "alert/engine.h"
#include "alert/keep.h"
#include "events/store.h"

/*
 * After a look, inside its transaction.  Marks as told what it queued.
 * *queued counts messages, one a channel.
 */
int tell_all(struct engine *e, struct groups *g, struct events *db,
	     int64_t now_boot_ms, int64_t now_s, int64_t *queued,
	     struct err *err);

/* Whether tell_all would store anything: so that a quiet look needs no
 * transaction. */
bool tell_is_due(const struct engine *e, const struct groups *g);

#endif
