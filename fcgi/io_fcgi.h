/* SPDX-License-Identifier: MIT */
/*
 * FastCGI connections, through libfcgi's FCGX API.  The connection is
 * accepted here and handed to the library, so that each has socket timeouts,
 * malformed records are refused before the library allocates for them
 * (wire.h), and no idle keep-alive connection can pin a worker: every
 * connection carries one request.
 */
#ifndef FCGI_IO_FCGI_H
#define FCGI_IO_FCGI_H

#include <stdbool.h>

#include "core/err.h"
#include "fcgi/io.h"

/* Prepares the library; once per process.  Leaves signals to the caller. */
int io_fcgi_init(struct err *err);

/*
 * Reads a request's variables from a connected socket, which it owns from
 * now on.  NULL when they are not a request, and the connection is closed
 * then.  One at a time; valid until io_fcgi_finish.
 */
struct io *io_fcgi_accept(int fd);

/*
 * Ends the request and closes its connection.  An answer that is not complete
 * is cut off, so that the peer does not take it for a whole one.
 */
void io_fcgi_finish(struct io *io, bool complete);

/* Async-signal-safe: cuts the connection of the request being read. */
void io_fcgi_cut(void);

#endif
