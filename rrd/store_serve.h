/* SPDX-License-Identifier: MIT */
/* The writer's socket: requests of readers and commands (drain.h). */
#ifndef RRD_STORE_SERVE_H
#define RRD_STORE_SERVE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "core/path.h"
#include "rrd/store.h"

#define SERVER_CLIENTS	64
#define SERVER_RETRY_MS 2000 /* with a disk that fails */

struct client {
	int fd;
	size_t len;
	int64_t since_boot_ms;
	uint64_t wants; /* checkpoint that answers it; 0: nothing is due */
	char line[PATH_SIZE + 16];
};

struct server {
	int listen_fd;
	struct client clients[SERVER_CLIENTS];
	size_t n;
};

/* Listens at STATE/run/store.sock; the store's lock must be ours. */
int server_open(struct server *v, const struct store *s, struct err *err);

/* Closes all; safe when open failed. */
void server_close(struct server *v);

/*
 * Handles requests, and the end of a checkpoint under way, until boot time
 * until_ms (sooner when the disk fails), *stop, or a sync that failed.  mask:
 * signals while it sleeps.
 */
void server_wait(struct server *v, struct store *s, int64_t until_ms,
		 const sigset_t *mask, const volatile sig_atomic_t *stop);

#endif
