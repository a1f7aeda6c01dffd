/* SPDX-License-Identifier: MIT */
/*
 * Messages on their way out, in events.db beside the state they tell of: a
 * message is queued in the transaction that records why, and leaves in the
 * one that records its delivery.  So a kill loses none, and repeats at most
 * the one that was being sent.  When and how often to try is alert/queue's.
 */
#ifndef EVENTS_OUTBOX_H
#define EVENTS_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "events/store.h"

struct outbox_message { /* strings valid for the call */
	int64_t id;
	const char *channel;
	const char *topic; /* messages of one topic belong together */
	const char *body;  /* JSON */
	const char *last_error;
	int64_t created_s;
	int64_t attempts;
	int64_t not_before_boot_ms;
	int64_t keep; /* non-zero: evicted only when nothing else is left */
};

/*
 * Queues a message.  When the channel already holds max, its oldest one
 * without `keep` (else its oldest) is evicted first; *evicted counts them.
 */
int outbox_put(struct events *e, const struct outbox_message *m, int64_t max,
	       int64_t *evicted, struct err *err);

/* Calls fn for the oldest message of each channel, in channel order. */
int outbox_heads(struct events *e,
		 int (*fn)(const struct outbox_message *m, void *arg),
		 void *arg, struct err *err);

/* Removes a message: delivered, or given up. */
int outbox_remove(struct events *e, int64_t id, struct err *err);

/* Notes a failed attempt and when the next one may be. */
int outbox_retry(struct events *e, int64_t id, int64_t not_before_boot_ms,
		 const char *error, struct err *err);

/* Makes all messages due; after a reboot, when boot time began anew. */
int outbox_reset(struct events *e, struct err *err);

/* How many wait, in a channel or (NULL) in all; -1. */
int64_t outbox_count(struct events *e, const char *channel, struct err *err);

#endif
