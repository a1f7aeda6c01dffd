/* SPDX-License-Identifier: MIT */
/* Where the file of a series is: see archive_name.h. */
#include "rrd/archive_name.h"

#include <stdio.h>

#include "core/state.h"

int
archive_name(const char *state, const char *path, char out[PATH_MAX],
	     struct err *err)
{
	int n = snprintf(out, PATH_MAX, "%s/%s/%s.rrd", state, STATE_RRD, path);

	if (n < 0 || n >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE, "%s: file name too long",
			       path);
	return 0;
}
