/* SPDX-License-Identifier: MIT */
/*
 * Alerts of other programs (kind "inbound" of the inbox).  Each is an alert
 * without a rule: its words are a snapshot, its level is what was last heard,
 * and the state machine damps and ends it like ours.
 */
#ifndef ALERT_FOREIGN_H
#define ALERT_FOREIGN_H

#include "alert/engine.h"
#include "core/json.h"

#define FOREIGN_MAX 2000 /* known at a time */

enum foreign_taken {
	FOREIGN_HEARD,	 /* kept, or nothing new */
	FOREIGN_ECHO,	 /* our own, that came back */
	FOREIGN_NEWS,	 /* severity none or info: nobody is to be woken */
	FOREIGN_REFUSED, /* without a name, or there are too many */
};

/*
 * Takes one alert of a message; from: who sent it.  The next look steps it.
 * *out: what it says, for FOREIGN_NEWS.  -1 when out of memory.
 */
int foreign_take(struct engine *e, const char *from, const cJSON *json,
		 int64_t now_boot_ms, int64_t now_s, struct message_alert *out);

/* One look at one of them: what was heard, or that nothing was for long. */
void foreign_step(struct engine *e, struct alert *a, int64_t now_boot_ms,
		  int64_t now_s);

/* The watched host it names, or NULL. */
const struct watched_host *foreign_host(const struct engine *e,
					const struct alert *a);

#endif
