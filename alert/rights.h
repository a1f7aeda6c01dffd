/* SPDX-License-Identifier: MIT */
/*
 * What robin-alert gives up.  A channel that starts a program needs all that
 * the program needs (a sendmail is set-group-id), so with one nothing is given
 * up here; what talks to the network is fenced in either way.
 */
#ifndef ALERT_RIGHTS_H
#define ALERT_RIGHTS_H

#include <stdbool.h>

#include "alert/settings.h"
#include "core/err.h"

/* Whether a channel starts programs. */
bool rights_starts(const struct channel *c);

/* The same of any of them. */
bool rights_needs_exec(const struct settings *s);

/* For the daemon, once its files are open: no exec, no listening, writing
 * only below the state folder. */
int rights_drop(const char *state, struct err *err);

/* For a child that only speaks to a peer: no exec, no fork, writing nowhere. */
int rights_drop_sender(const char *state, struct err *err);

#endif
