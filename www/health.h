/* SPDX-License-Identifier: MIT */
/*
 * What state a series is in, judged from its newest values alone: the
 * family's own default alerts where it has them, else plain thresholds on
 * the used share of its roles.  Pure.  An alert engine that knows history
 * replaces this file's answers by its own.
 */
#ifndef WWW_HEALTH_H
#define WWW_HEALTH_H

#include <stdint.h>

#include "core/family.h"

enum health_state { HEALTH_OK, HEALTH_WARNING, HEALTH_CRITICAL, HEALTH__MAX };

struct health_finding {
	enum health_state state;
	double value;	/* percent for a share, else the metric's own unit */
	double over;	/* value / threshold: orders findings of one state */
	char text[192]; /* "Disk space /var/lib is 96 % full", plain text */
};

/* Words and marks that stand for a state: "ok", "warning", "critical";
 * the shape as a character; never NULL. */
const char *health_word(enum health_state state);
const char *health_mark(enum health_state state);
const char *health_class(enum health_state state);

/*
 * Judges one series.  rates are drawn values in the family's order; instance
 * is a slug or "".  Fills *out with its worst finding and returns its state;
 * HEALTH_OK leaves out->text empty.
 */
enum health_state health_series(const struct family *f, const char *instance,
				const double *rates,
				struct health_finding *out);

/*
 * Judges how old a host's newest sample is: over 3 steps (and a minute) is a
 * warning, over 10 minutes critical.
 */
enum health_state health_age(int64_t age_s, int32_t step_s,
			     struct health_finding *out);

/* Whether a is worse than b (state, then how far over its threshold). */
int health_worse(const struct health_finding *a,
		 const struct health_finding *b);

#endif
