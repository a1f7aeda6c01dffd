/* SPDX-License-Identifier: MIT */
/*
 * Messages out of the outbox to their channels: one at a time a channel, in
 * order, each in a child process with a deadline, so a peer that stalls
 * delays nobody.  A message leaves the outbox when its child said it was
 * taken; a kill of either makes it be sent again.
 */
#ifndef ALERT_DELIVER_H
#define ALERT_DELIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "alert/settings.h"
#include "core/err.h"
#include "events/store.h"

#define DELIVER_DEADLINE_MS INT64_C(60000)

/* One channel's sender. */
struct deliver_slot {
	pid_t pid; /* 0: idle */
	int fd;	   /* what the child says, a struct deliver_report */
	int64_t id, attempts, created_s, end_boot_ms;
	int64_t tokens_boot_ms; /* per-hour cap: when the bucket was full */
};

struct deliver {
	const struct settings *settings;
	const char *state;
	/* Told of each failed attempt; NULL: nobody. */
	void (*note)(const char *channel, const struct err *err);
	struct deliver_slot slots[CHANNELS_MAX];
	int64_t n_sent, n_failed, n_dropped; /* since start */
};

/* settings and state are borrowed. */
void deliver_init(struct deliver *d, const struct settings *s,
		  const char *state);

/* Starts children for messages that are due, as channels allow. */
int deliver_start(struct deliver *d, struct events *db, int64_t now_boot_ms,
		  struct err *err);

/* Takes what children said, waiting at most wait_ms for one; records it. */
int deliver_reap(struct deliver *d, struct events *db, int64_t wait_ms,
		 struct err *err);

/* How many children run. */
int deliver_busy(const struct deliver *d);

/* Kills what still runs; those messages stay in the outbox. */
void deliver_stop(struct deliver *d);

/* Sends one message now, in this process; for `robin alert test`. */
int deliver_now(const struct channel *c, const char *state, const char *json,
		size_t len, struct err *err);

/*
 * Milliseconds until the next attempt after so many failures: 5 s doubling
 * to 15 minutes, by a factor of 0.5 to 1.5 (random in [0,1)), and never
 * before what the peer asked for (retry_after_s, -1 none; at most a day).
 */
int64_t deliver_backoff_ms(int64_t attempts, int64_t retry_after_s,
			   double random);

/*
 * The cap of per_hour messages as a bucket of up to 5 that refills evenly.
 * Takes one and returns 0, or how long to wait in milliseconds.  *full: when
 * the bucket will be full again.
 */
int64_t deliver_cap_ms(int64_t *full_boot_ms, int32_t per_hour,
		       int64_t now_boot_ms);

#endif
