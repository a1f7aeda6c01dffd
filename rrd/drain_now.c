/* SPDX-License-Identifier: MIT */
/* Draining with or without a daemon: see drain_now.h. */
#include "rrd/drain_now.h"

#include "core/clock.h"
#include "rrd/drain.h"
#include "rrd/store.h"

#define DRAIN_TIMEOUT_MS 120000
#define BUSY_MS		 20000 /* for a run that is at work */
#define AGAIN_MS	 50

int
drain_or_open(struct store *s, const char *state, bool checkpoint,
	      struct err *err)
{
	const char *request = checkpoint ? "checkpoint" : "drain *";
	int64_t until_ms = clock_boot_ms() + BUSY_MS;

	for (bool said = false;; said = true) {
		if (drain_ask(state, request, DRAIN_TIMEOUT_MS, err) == 0)
			return 1;
		if (err->code != ERR_NOT_FOUND)
			return -1;
		if (store_open(s, state, err) == 0)
			return 0;
		/* locked, and not by one that listens: it will end, or listen
		 * soon */
		if (err->code != ERR_BUSY || clock_boot_ms() >= until_ms)
			return -1;
		if (!said && s->note != NULL)
			s->note(LOG_LEVEL_INFO, NULL, state,
				"waiting for another run");
		(void)clock_sleep_until(clock_boot_ms() + AGAIN_MS);
	}
}

int
drain_now(const char *state, struct err *err)
{
	static struct store s; /* large */
	int rc = drain_or_open(&s, state, false, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc =
	    store_read(&s, err) != 0 || store_apply_slice(&s, 0, 1, 0, err) != 0
		? -1
		: 0;
	if (rc == 0 && s.n_pending > 0)
		rc = err_set(err, ERR_IO, "%zu records cannot be applied now",
			     s.n_pending);
	store_clean(&s);
	store_close(&s);
	return rc;
}
