/* SPDX-License-Identifier: MIT */
/*
 * A rule over values that are already known: for tests of rules and for
 * back-tests over history.  The same state machine as in life, with the
 * values' times as its clock.  Pure.
 */
#ifndef ALERT_TRIAL_H
#define ALERT_TRIAL_H

#include <stdint.h>

#include "alert/rule.h"
#include "alert/state.h"
#include "core/series.h"

struct trial {
	int64_t n_fired, n_critical;
	int64_t longest_s, total_s; /* of firing; the last one may go on */
	int64_t since_s;	    /* fires since; 0: does not */
	struct alert_state state;
};

/*
 * Steps through one column of judged values (rule_value's).  on_row, when not
 * NULL, is called after each row.
 */
void trial_run(struct trial *t, const struct rule *r,
	       const struct rule_limits *l, const struct series *values,
	       void (*on_row)(const struct trial *t, size_t row, void *arg),
	       void *arg);

#endif
