/* SPDX-License-Identifier: MIT */
/* One worker process of a pool: accepts, answers, ends when it is told. */
#ifndef FCGI_WORKER_H
#define FCGI_WORKER_H

#include "fcgi/serve.h"

struct worker {
	struct serve *serve;
	int listen_fd;	   /* non-blocking */
	unsigned requests; /* after this many it ends, to be replaced */
};

/*
 * Answers requests until SIGTERM, until its share is done, or until its
 * memory has grown too far.  Returns the process's exit code.
 */
int worker_run(struct worker *w);

#endif
