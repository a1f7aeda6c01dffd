/* SPDX-License-Identifier: MIT */
/*
 * Asking the writer to bring files up to date.  The request is one line on
 * STATE/run/store.sock: "drain PATH\n" or "drain *\n", answered "ok\n" or
 * "no REASON\n" when everything appended before the request is in the file.
 * "checkpoint\n" does that for all files and makes them durable; "clock
 * accept\n" and "clock reject\n" are robin clock's.
 */
#ifndef RRD_DRAIN_H
#define RRD_DRAIN_H

#include <stdint.h>

#include "core/err.h"

/*
 * Sends one request line (without its newline) and waits for the answer;
 * failures as below.
 */
int drain_ask(const char *state, const char *request, int64_t timeout_ms,
	      struct err *err);

/*
 * path NULL: everything.  ERR_NOT_FOUND: no daemon answers (the caller may
 * run `robin-store --once`); ERR_TIMEOUT.
 */
int drain_request(const char *state, const char *path, int64_t timeout_ms,
		  struct err *err);

struct sockaddr_un;

/*
 * The address of STATE's socket.  A state folder too long for sun_path goes
 * through /proc/self/fd of run/: *folder_fd is then to be closed after bind
 * or connect, else it is -1.
 */
int drain_address(const char *state, struct sockaddr_un *out, int *folder_fd,
		  struct err *err);

#endif
