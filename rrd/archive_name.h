/* SPDX-License-Identifier: MIT */
/* The file of a series, for those who write it and those who only read it. */
#ifndef RRD_ARCHIVE_NAME_H
#define RRD_ARCHIVE_NAME_H

#include <limits.h>

#include "core/err.h"

/* STATE/rrd/PATH.rrd; ERR_TOO_LARGE. */
int archive_name(const char *state, const char *path, char out[PATH_MAX],
		 struct err *err);

#endif
