/* SPDX-License-Identifier: MIT */
/* Draining with or without a daemon: see drain_now.h. */
#include "rrd/drain_now.h"

#include "rrd/drain.h"
#include "rrd/store.h"

#define DRAIN_TIMEOUT_MS 120000

int
drain_now(const char *state, struct err *err)
{
	static struct store s; /* large */
	struct err why = {0};
	int rc;

	if (drain_request(state, NULL, DRAIN_TIMEOUT_MS, &why) == 0)
		return 0;
	if (why.code != ERR_NOT_FOUND) {
		*err = why;
		return -1;
	}
	if (store_open(&s, state, err) != 0)
		return -1;
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
