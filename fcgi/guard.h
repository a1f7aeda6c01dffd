/* SPDX-License-Identifier: MIT */
/*
 * Who may change something.  A request that is not GET or HEAD needs a token
 * in its Authorization header (never in the address), JSON as its type, and
 * must not come from another site's page.  What a proxy says about addresses
 * gains nothing.  What belongs to one person needs a login in place of the
 * token; the web server alone says whose.
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

#define GUARD_LOGIN_MAX 128

/*
 * Who is logged in, as the web server's ROBIN_USER says (no header of a
 * client can become that); "" for nobody and for a name that is too long or
 * has control bytes.
 */
void guard_login(struct io *io, char login[GUARD_LOGIN_MAX + 1]);

/*
 * Checks a changing request of a person: somebody must be logged in, the
 * request must come from our own pages and, with a body, carry JSON.  A
 * browser adds a login by itself, so the origin is what tells them apart.
 */
int guard_person(struct io *io, const char *login, struct reply *r,
		 struct err *err);

/* Appends the body, at most body->max bytes; ERR_TOO_LARGE (413). */
int guard_body(struct io *io, struct buf *body, struct err *err);

#endif
