/* SPDX-License-Identifier: MIT */
/*
 * Whether the wall clock can be believed.  A jump forward, applied to a round
 * robin archive, throws its history away and refuses everything after; so
 * while the clock is suspect samples are logged and acknowledged and not
 * applied.  Pure but for load and save (STATE/time, docs/format.md).
 *
 * Suspect: within one boot, wall time moved over 600 s more than boot time;
 * or, in another boot, it is over 7 days past what was last seen while the
 * kernel says that it is not synchronised.  Over: after 10 minutes
 * synchronised, when the clock comes back, or when a person says so.
 * A step backward is no danger: older samples are refused one by one.
 */
#ifndef RRD_TIMEGUARD_H
#define RRD_TIMEGUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

#define TIMEGUARD_JUMP_S  INT64_C(600)
#define TIMEGUARD_AWAY_S  (7 * INT64_C(86400))
#define TIMEGUARD_SYNC_MS INT64_C(600000)
#define TIMEGUARD_NO_SYNC INT64_C(-1)

/* The clocks at one moment. */
struct timeguard_now {
	int64_t wall_s, boot_ms;
	unsigned char boot_id[16];
	bool synced; /* as the kernel says */
};

struct timeguard {
	bool known; /* false: nothing was ever seen */
	unsigned char boot_id[16];
	int64_t wall_s, boot_ms; /* the last moment that was believed */
	int64_t newest_s;	 /* newest sample applied */
	bool suspect;
	int64_t sync_since_boot_ms; /* while suspect; or TIMEGUARD_NO_SYNC */
	int64_t back_s;	     /* how far back it was when that was said; <= 0 */
	uint64_t n_backward; /* steps back seen */
};

enum timeguard_change {
	TIMEGUARD_SAME,
	TIMEGUARD_SUSPECT,  /* just became suspect */
	TIMEGUARD_LIFTED,   /* believed again */
	TIMEGUARD_RETURNED, /* believed again: it jumped back by itself */
	TIMEGUARD_BACKWARD, /* stepped back; still believed */
};

/* The clocks of this machine. */
void timeguard_read(struct timeguard_now *now);

/* Takes in a look at the clocks and says what it changed. */
enum timeguard_change timeguard_look(struct timeguard *g,
				     const struct timeguard_now *now);

/* The wall time it should be by the boot clock (or, in another boot, what it
 * is): samples later than this by 10 minutes came from the jump. */
int64_t timeguard_expected_s(const struct timeguard *g,
			     const struct timeguard_now *now);

/* A person says that the clock is right. */
void timeguard_accept(struct timeguard *g, const struct timeguard_now *now);

/* Whether the clock has jumped forward since the state's writer believed it,
 * for those who may not ask the kernel more than the time. */
bool timeguard_is_ahead(const char *state);

/* STATE/time.  A missing or damaged file leaves known false; 0 or -1. */
int timeguard_load(struct timeguard *g, const char *state, struct err *err);
int timeguard_save(const struct timeguard *g, const char *state,
		   struct err *err);

#endif
