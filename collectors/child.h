/* SPDX-License-Identifier: MIT */
/*
 * A collector that can block, run in a child with a deadline.  Samples come
 * through a pipe as they are made, so what was measured before the deadline
 * counts.  A child that even SIGKILL cannot end (it waits in the kernel) is
 * left to itself, and its collector is not started again while it is there.
 */
#ifndef COLLECTORS_CHILD_H
#define COLLECTORS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "collectors/batch.h"
#include "collectors/collector.h"
#include "core/buf.h"

struct child {
	pid_t pid; /* 0: none */
	int fd;	   /* one more than the pipe's read end; 0: closed */
	int64_t deadline_boot_ms;
	int64_t time_s;
	struct buf bytes;
};

#define CHILD_PRIVATE_MAX 4

/*
 * From now on children do not hold fd.  For locks: one that a child shares
 * stays held while a child lives that even SIGKILL cannot end, and keeps this
 * program from being started again.
 */
void child_private(int fd);

/* Whether it still runs or cannot be ended; reaps it when it can. */
bool child_busy(struct child *ch);

/*
 * Forks and starts one pass of c; samples without a time get time_s.  -1 when
 * no child could be made.
 */
int child_start(struct child *ch, const struct collector *c, const char *root,
		int64_t time_s, int64_t deadline_boot_ms, struct err *err);

/*
 * Reads what the child has written.  Returns 1 when it is done: its samples
 * are then in b, and err says what the collector said (ERR_NONE: all well).
 * 0: not done yet.
 */
int child_read(struct child *ch, const struct collector *c, struct batch *b,
	       struct err *err);

/*
 * Ends a child whose deadline has passed; what it gave so far is in b.  err
 * becomes ERR_TIMEOUT.
 */
void child_expire(struct child *ch, const struct collector *c, struct batch *b,
		  struct err *err);

/* Kills it without waiting and frees everything. */
void child_done(struct child *ch);

#endif
