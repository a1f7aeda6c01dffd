/* SPDX-License-Identifier: MIT */
/*
 * What one request may cost.  A soft CPU limit of what the process has used
 * plus a little, and a wall timer; when either strikes, the worker counts it
 * and _exit()s: the web server then shows its static error page, the parent
 * starts another worker.
 */
#ifndef FCGI_LIMIT_H
#define FCGI_LIMIT_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/err.h"

#define LIMIT_CPU_S  2
#define LIMIT_WALL_S 10 /* of reading and answering together */

/* Exit codes of a worker, for its parent. */
enum { WORKER_TOLD = 0, WORKER_RECYCLED = 10, WORKER_LIMIT = 11 };

/*
 * Installs the handlers and the fixed limits (descriptors, memory, core
 * files).  timeouts is a shared counter.
 */
int limit_init(_Atomic uint64_t *timeouts, struct err *err);

/*
 * Around a request: while it is read only its connection is cut when time is
 * up; while it is answered the worker ends.
 */
void limit_reading(void);
void limit_answering(void);
void limit_done(void);

#endif
