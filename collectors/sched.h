/* SPDX-License-Identifier: MIT */
/*
 * Running a plan: once, or for ever on the clock.  It gathers the samples of
 * one tick and hands them over in one piece; it neither stores nor logs.
 *
 * A tick never catches up: what was missed while the machine was busy,
 * asleep or its clock was set is counted or forgotten, not repeated.
 */
#ifndef COLLECTORS_SCHED_H
#define COLLECTORS_SCHED_H

#include <stdbool.h>

#include "collectors/batch.h"
#include "collectors/plan.h"

struct sched {
	struct plan *plan;
	const char *root;
	/*
	 * Takes the samples of a tick.  -1: it could not store them now; they
	 * are then offered again, in front of the next tick's, while they fit.
	 */
	int (*store)(struct batch *b, void *arg);
	/*
	 * Told when a collector begins to fail (err) or works again (err
	 * NULL); not on every pass.
	 */
	void (*report)(const struct job *j, const struct err *err, void *arg);
	void *arg;
	struct batch batch;
};

void sched_init(struct sched *s);
void sched_done(struct sched *s);

/*
 * One pass over all jobs that this machine has, children included, and one
 * store.  Returns how many jobs failed, or -1 when storing did.
 */
int sched_once(struct sched *s);

/*
 * For ever: a pass at once, then on the clock, until SIGTERM or SIGINT
 * (which the caller need not block).  0, or -1 when it could not start.
 */
int sched_run(struct sched *s, struct err *err);

#endif
