/* SPDX-License-Identifier: MIT */
/* One GET straight at a FastCGI pool, without a web server. */
#ifndef CLI_PROBE_FCGI_H
#define CLI_PROBE_FCGI_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Asks the pool at a unix socket for path (under 128 bytes) and wants a 200.
 * 0, or -1.  Blocks at most timeout_ms.  A queue too full to connect counts
 * as an answer: the pool is busy, not dead.
 */
int probe_fcgi(const char *socket_path, const char *path, int64_t timeout_ms,
	       struct err *err);

/*
 * Reads the status out of the records that have arrived (FastCGI 1.0,
 * sections 3.3 and 5.3): 0 when more is needed, else the HTTP status; -1
 * when these are not records.  Pure.
 */
int probe_fcgi_status(const unsigned char *data, size_t len);

#endif
