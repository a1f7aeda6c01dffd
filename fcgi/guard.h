/* SPDX-License-Identifier: MIT */
/*
 * Who may change something.  A request that is not GET or HEAD needs a token
 * in its Authorization header (never in the address), JSON as its type, and
 * must not come from another site's page.  What a proxy says about addresses
 * or users gains nothing here.
 */
#ifndef FCGI_GUARD_H
#define FCGI_GUARD_H

#include "core/err.h"
#include "fcgi/io.h"
#include "fcgi/reply.h"
#include "fcgi/secret.h"

/*
 * Checks a changing request.  0 with the token's name in user; -1 with the
 * reply's status (401, 403, 415) and headers set.
 */
int guard_check(struct io *io, const char *state, struct reply *r,
		char user[SECRET_NAME_MAX + 1], struct err *err);

/* Appends the body, at most body->max bytes; ERR_TOO_LARGE (413). */
int guard_body(struct io *io, struct buf *body, struct err *err);

#endif
