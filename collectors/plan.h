/* SPDX-License-Identifier: MIT */
/*
 * What runs and when: collectors and configuration in, jobs out, and the
 * arithmetic of their schedule.  Steps are aligned to the wall clock: a job
 * of step 10 is due when a new 10-second slot begins, plus a phase under half
 * a second that differs from host to host, so that a fleet does not write at
 * the same instant while rows stay aligned.
 */
#ifndef COLLECTORS_PLAN_H
#define COLLECTORS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/child.h"
#include "collectors/collector.h"
#include "core/conf.h"
#include "core/err.h"

#define PLAN_FAMILIES_MAX 12 /* of one collector */
#define PLAN_JOBS_MAX	  128

/* A family at the step it really has here. */
struct plan_family {
	const struct family *stated; /* as samples name it */
	struct family real;	     /* as it is registered and stored */
	bool registered;
};

struct job {
	const struct collector *collector;
	int32_t step_s, timeout_s;
	bool available;
	int64_t retry_boot_ms; /* when to ask for availability again */
	int64_t slot;	       /* of its last run; -1: never */
	int64_t run_mono_ms;   /* when that was */
	struct child child;
	enum err_code said; /* what it last reported */
	size_t n_families;
	struct plan_family families[PLAN_FAMILIES_MAX];
};

struct plan {
	size_t n_jobs;
	struct job *jobs;
	int64_t phase_ms;
};

/*
 * A job for each of n names, or for every enabled collector when n is 0; conf
 * is borrowed for the plan's life.
 * ERR_USAGE for an unknown name, ERR_INVALID when a collector breaks a rule.
 */
int plan_init(struct plan *p, const struct conf *conf, char *const *names,
	      size_t n, struct err *err);
void plan_done(struct plan *p);

/* The slot that wall time belongs to (its phase counted). */
int64_t plan_slot(const struct plan *p, const struct job *j, int64_t wall_ms);

/* The second that a sample taken at wall time is given. */
int64_t plan_time_s(const struct plan *p, int64_t wall_ms);

/* The wall time at which the next slot of any job begins. */
int64_t plan_next_ms(const struct plan *p, int64_t wall_ms);

/*
 * How many slots passed without a run, given the last run and that elapsed_ms
 * of uninterrupted running time went by since: a clock that was set or a
 * machine that slept has skipped nothing.
 */
int64_t plan_skipped(const struct job *j, int64_t slot, int64_t elapsed_ms);

/* The stored form of a family as samples name it, or NULL. */
struct plan_family *plan_family(struct plan *p, const struct family *stated);

#endif
