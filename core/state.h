/* SPDX-License-Identifier: MIT */
/*
 * What lies where below the state folder (docs/format.md has the formats).
 * Every program builds these names with state_path and nowhere else.
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <stddef.h>

#include "core/err.h"

#define STATE_FAMILIES	 "families"	  /* registry, NAME.json */
#define STATE_RRD	 "rrd"		  /* PATH.rrd */
#define STATE_LOG	 "log"		  /* write-ahead log segments */
#define STATE_LATEST	 "latest"	  /* mapped table of last values */
#define STATE_GATE	 "gate"		  /* turnstile byte locks */
#define STATE_STORE_LOCK "store.lock"	  /* held by the one writer */
#define STATE_INBOX	 "inbox"	  /* JSON drops for other programs */
#define STATE_EVENTS	 "events.db"	  /* alerts, annotations, history */
#define STATE_ALERTS	 "alerts.json"	  /* what is active now */
#define STATE_ALERT_LOCK "alert.lock"	  /* held by events.db's one writer */
#define STATE_TOKENS	 "tokens"	  /* who may POST: names and hashes */
#define STATE_SIGN_KEY	 "sign.key"	  /* signs frozen pictures */
#define STATE_SITE	 "site"		  /* generated pages */
#define STATE_RUN	 "run"		  /* sockets, pids, nginx's files */
#define STATE_STORE_SOCK "run/store.sock" /* drain requests */
#define STATE_GRAPH_SOCK "run/pictures.sock" /* FastCGI pool for pictures */
#define STATE_DATA_SOCK	 "run/data.sock"     /* FastCGI pool for data */

/* Writes STATE/name into out; ERR_TOO_LARGE when it does not fit. */
int state_path(const char *state, const char *name, char *out, size_t size,
	       struct err *err);

/*
 * Makes the state folder and those below it (0755; inbox 0770), and checks
 * that they can be written.  The error names the folder and the fix.
 */
int state_init(const char *state, struct err *err);

#endif
