/* SPDX-License-Identifier: MIT */
/*
 * A pool of workers that share one listening socket.  The parent answers
 * nothing itself: it forks workers, replaces those that end, and stops them
 * all within two seconds when it is told to stop.
 */
#ifndef FCGI_POOL_H
#define FCGI_POOL_H

#include "core/err.h"
#include "fcgi/serve.h"

#define POOL_WORKERS_MAX 64

struct pool_plan {
	struct serve *serve; /* shared state; each worker opens its own files */
	int listen_fd;
	int workers;
	unsigned requests; /* per worker before it is replaced */
	int nice;	   /* by how much a worker gives way to others */
};

/*
 * Listens on a unix socket at path, replacing a dead one; mode 0660, or 0666
 * when run by root so that the web server's user can connect.  ERR_BUSY when
 * somebody answers there.  Returns the descriptor or -1.
 */
int pool_listen(const char *path, int backlog, struct err *err);

/* Runs until SIGTERM or SIGINT.  Returns the exit code. */
int pool_run(const struct pool_plan *plan);

#endif
