/* SPDX-License-Identifier: MIT */
/*
 * When to tell whom.  Alerts that share the labels a route groups by are one
 * group, and a group speaks in one message: `wait` after its first alert (so
 * that what breaks together is told together), then at most every `interval`
 * while it changes, and every `repeat` while it does not.  Pure.
 *
 * A group's alerts are compared with what was last told of them; the
 * difference is what a message is for.  So nothing is forgotten by a kill,
 * and nothing told twice but by a repeat.
 */
#ifndef ALERT_GROUP_H
#define ALERT_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/notify.h"
#include "alert/rule.h"

#define ROUTES_MAX	  32
#define ROUTE_MATCHES_MAX 8
#define ROUTE_TO_MAX	  8
#define ROUTE_STEPS_MAX	  4

struct route_step { /* escalation */
	int32_t after_s;
	uint32_t to; /* bit i: channel i */
};

struct route {
	size_t n_matches;
	struct rule_label matches[ROUTE_MATCHES_MAX]; /* label: glob */
	uint32_t to;
	size_t n_group_by;
	char group_by[MESSAGE_GROUP_MAX][32];
	int32_t wait_s, interval_s, repeat_s;
	size_t n_steps;
	struct route_step steps[ROUTE_STEPS_MAX];
};

/* What one alert asks for, given what was told of it. */
enum tell {
	TELL_NOTHING, /* quiet: nothing fires, or it may not be told now */
	TELL_STANDS,  /* fires, and that was told */
	TELL_HANDLED, /* the same, and somebody acknowledged it */
	TELL_NEW,     /* fires or was raised, and nobody knows yet */
	TELL_OVER,    /* resolved, and people think it fires */
	TELL__MAX
};

struct tell_input {
	enum alert_level level; /* now; LEVEL_OK: does not fire */
	enum alert_level told;	/* as people know it */
	bool muted;		/* silenced, inhibited, or outside its hours */
	bool acked;
};
enum tell tell_of(const struct tell_input *i);

/* A group's memory; kept over a kill. */
struct group_state {
	int64_t first_boot_ms;	/* its first message went out; or -1 */
	int64_t last_boot_ms;	/* its last one; or -1 */
	int64_t change_boot_ms; /* something untold since then; or -1 */
	int32_t n_steps;	/* escalation steps taken */
};

enum group_act {
	GROUP_WAIT,
	GROUP_SEND,	/* something changed */
	GROUP_REPEAT,	/* it still stands */
	GROUP_ESCALATE, /* nobody acknowledged it: to step n_steps - 1 */
	GROUP_FORGET,	/* nothing left to tell: drop its memory */
};

/* How many of the group's alerts want what. */
struct group_counts {
	int32_t n[TELL__MAX];
};

void group_state_init(struct group_state *g);

/* One look; changes the memory as if the act was carried out. */
enum group_act group_step(struct group_state *g, const struct route *r,
			  const struct group_counts *c, int64_t now_boot_ms);

/* The first route that matches, or NULL.  get gives a label's value ("" for
 * none). */
const struct route *
group_route_find(const struct route *routes, size_t n,
		 const char *(*get)(void *arg, const char *label), void *arg);

#endif
