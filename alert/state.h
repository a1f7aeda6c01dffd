/* SPDX-License-Identifier: MIT */
/*
 * One alert's life: idle -> pending -> firing -> idle.  Pure: a level in, a
 * change out.  All durations are boot time (a wall clock may jump); wall time
 * is only noted for people.
 *
 * Rules: a level must hold for `for` before it fires or raises, and be gone
 * for `keep` before it lowers or resolves.  While the level is unknown, and
 * over a gap in which nobody looked (suspend, stop), nothing ages: neither
 * fires what was not seen, nor resolves what was not seen to be well.
 *
 * An alert that comes and goes is damped: each firing and resolving adds 1 to
 * a penalty that halves every ALERT_FLAP_HALF_MS; at ALERT_FLAP_HIGH it is
 * flapping, and then resolves only after ALERT_FLAP_QUIET_MS without trouble.
 */
#ifndef ALERT_STATE_H
#define ALERT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/rule.h"

#define ALERT_FLAP_HALF_MS  INT64_C(600000)
#define ALERT_FLAP_HIGH	    4.5
#define ALERT_FLAP_QUIET_MS INT64_C(900000)
#define ALERT_NEVER_MS	    INT64_C(-1)

enum alert_phase { ALERT_IDLE, ALERT_PENDING, ALERT_FIRING, ALERT_PHASE__MAX };

enum alert_change {
	ALERT_SAME,
	ALERT_BEGAN,	/* idle -> pending */
	ALERT_DROPPED,	/* pending -> idle: it went by itself */
	ALERT_FIRED,	/* -> firing */
	ALERT_RAISED,	/* warning -> critical */
	ALERT_LOWERED,	/* critical -> warning */
	ALERT_RESOLVED, /* firing -> idle: seen to be well */
	ALERT_EXPIRED,	/* firing -> idle: nothing known for too long */
	ALERT_CHANGE__MAX
};

struct alert_state {
	enum alert_phase phase;
	enum alert_level level; /* while firing: which */
	/* Since when the level is at least [1], [2]; below the held level. */
	int64_t over_boot_ms[LEVEL__MAX];
	int64_t under_boot_ms;
	int64_t unknown_boot_ms;
	int64_t last_boot_ms; /* of the last step */
	int64_t since_s;      /* wall: when pending began, or it fired */
	double penalty;	      /* as of last_boot_ms */
	bool flapping;
};

struct alert_timing {
	int64_t for_ms, keep_ms;
	int64_t stale_ms; /* unknown so long: expired; 0: never */
	int64_t gap_ms;	  /* a longer time between two steps is a gap */
};

/* Idle, nothing remembered. */
void alert_state_init(struct alert_state *s);

/*
 * One look: level, or -1 when it is unknown.  Steps come in order of
 * now_boot_ms; equal times are fine.
 */
enum alert_change alert_step(struct alert_state *s,
			     const struct alert_timing *t, int level,
			     int64_t now_boot_ms, int64_t now_s);

/*
 * After a restart.  In the same boot time goes on, so that a program that is
 * killed every minute still fires after `for`.  Times of another boot mean
 * nothing: pending ones begin again, firing ones fire on.
 */
void alert_state_rebase(struct alert_state *s, bool same_boot,
			int64_t now_boot_ms);

const char *alert_change_name(enum alert_change c);

#endif
