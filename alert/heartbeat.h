/* SPDX-License-Identifier: MIT */
/*
 * The dead man's switch: after a good look, an address outside gets a POST
 * now and then; whoever watches it notices when the watcher is dead.
 */
#ifndef ALERT_HEARTBEAT_H
#define ALERT_HEARTBEAT_H

#include <stdint.h>
#include <sys/types.h>

#include "alert/settings.h"

struct heartbeat {
	pid_t pid; /* of the child that posts; 0: none */
	int64_t next_boot_ms;
};

/*
 * Call after each good look: collects the last child and, when it is time,
 * starts one.  Returns 1 when the last POST failed, else 0.
 */
int heartbeat_step(struct heartbeat *h, const struct settings *s,
		   const char *state, int64_t now_boot_ms);

/* Ends a child that still runs. */
void heartbeat_stop(struct heartbeat *h);

#endif
