/* SPDX-License-Identifier: MIT */
/* Small looks at sockets, each with a deadline: ports, pages, unix sockets. */
#ifndef CLI_PROBE_H
#define CLI_PROBE_H

#include <stdint.h>

#include "core/err.h"

/*
 * Whether the address of `where` can be bound now.  The error names who can
 * be asked or what to do: taken, not ours, or too low for this user.
 */
int probe_port(const char *where, struct err *err);

/*
 * GET path from the server at `where` (a wildcard address is asked on
 * loopback); the HTTP status, or -1.  Blocks at most timeout_ms.
 */
int probe_http(const char *where, const char *path, int64_t timeout_ms,
	       struct err *err);

/* Whether somebody accepts on a unix socket. */
int probe_unix(const char *path, struct err *err);

/* "http://127.0.0.1:8080/": what to type into a browser; out holds 80. */
void probe_url(const char *where, char out[80]);

#endif
