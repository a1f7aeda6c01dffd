/* SPDX-License-Identifier: MIT */
/*
 * Where a request comes from and its answer goes: FastCGI (io_fcgi.c), plain
 * CGI (io_cgi.c), or a test's arrays.  Handlers never see more than this.
 */
#ifndef FCGI_IO_H
#define FCGI_IO_H

#include <stddef.h>
#include <sys/types.h>

struct io {
	/* The value of a CGI variable ("REQUEST_URI"), or NULL. */
	const char *(*param)(struct io *io, const char *name);
	/* Sends all of it; 0, or -1 when the peer is gone. */
	int (*write)(struct io *io, const void *data, size_t len);
	/* Reads from the request's body; 0 at its end, -1 on failure. */
	ssize_t (*read)(struct io *io, void *data, size_t size);
};

#endif
