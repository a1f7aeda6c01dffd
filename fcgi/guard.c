/* SPDX-License-Identifier: MIT */
/* Who may change something: see guard.h. */
#include "fcgi/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static int
refuse(struct reply *r, int status, struct err *err, const char *why)
{
	r->status = status;
	if (status == 401)
		reply_header(r, "WWW-Authenticate", "Bearer realm=\"robin\"");
	return err_set(err, ERR_DENIED, "%s", why);
}

/* The origin's authority is the host that was asked. */
static bool
same_origin(const char *origin, const char *host)
{
	const char *at = strstr(origin, "://");

	return at != NULL && host != NULL && strcasecmp(at + 3, host) == 0;
}

static int
check_origin(struct io *io, struct reply *r, struct err *err)
{
	const char *origin = io->param(io, "HTTP_ORIGIN");
	const char *site = io->param(io, "HTTP_SEC_FETCH_SITE");

	if (origin != NULL && !same_origin(origin, io->param(io, "HTTP_HOST")))
		return refuse(r, 403, err, "the request is another site's");
	if (site != NULL && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0)
		return refuse(r, 403, err, "the request is another site's");
	return 0;
}

static int
check_type(struct io *io, struct reply *r, struct err *err)
{
	static const char json[] = "application/json";
	const char *type = io->param(io, "CONTENT_TYPE");
	size_t n = sizeof(json) - 1;

	if (type != NULL && strncasecmp(type, json, n) == 0 &&
	    (type[n] == '\0' || type[n] == ';' || type[n] == ' '))
		return 0;
	return refuse(r, 415, err, "the body's type is not application/json");
}

int
guard_check(struct io *io, const char *state, struct reply *r,
	    char user[SECRET_NAME_MAX + 1], struct err *err)
{
	static const char bearer[] = "Bearer ";
	const char *given = io->param(io, "HTTP_AUTHORIZATION");
	size_t n = sizeof(bearer) - 1;
	struct err why = {0};

	if (check_origin(io, r, err) != 0)
		return -1;
	if (given == NULL || strncasecmp(given, bearer, n) != 0 ||
	    given[n] == '\0' || strlen(given + n) > 512)
		return refuse(r, 401, err, "the request has no token");
	if (secret_token_find(state, given + n, user, &why) != 0) {
		if (why.code == ERR_NOT_FOUND)
			return refuse(r, 403, err,
				      "there are no tokens (robin token NAME "
				      "makes one)");
		if (why.code == ERR_DENIED)
			return refuse(r, 401, err, why.msg);
		*err = why;
		return -1;
	}
	return check_type(io, r, err);
}

void
guard_login(struct io *io, char login[GUARD_LOGIN_MAX + 1])
{
	const char *name = io->param(io, "ROBIN_USER");
	size_t n = name != NULL ? strlen(name) : 0;

	login[0] = '\0';
	if (n == 0 || n > GUARD_LOGIN_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
			return;
	memcpy(login, name, n + 1);
}

int
guard_person(struct io *io, const char *login, struct reply *r, struct err *err)
{
	const char *method = io->param(io, "REQUEST_METHOD");

	if (check_origin(io, r, err) != 0)
		return -1;
	if (*login == '\0')
		return refuse(r, 403, err, "nobody is logged in");
	if (method != NULL && strcmp(method, "DELETE") == 0)
		return 0;
	return check_type(io, r, err);
}

int
guard_body(struct io *io, struct buf *body, struct err *err)
{
	char piece[8192];
	ssize_t n;

	while ((n = io->read(io, piece, sizeof(piece))) > 0) {
		buf_put(body, piece, (size_t)n);
		if (!buf_ok(body))
			return err_set(err, ERR_TOO_LARGE,
				       "the body has over %zu bytes",
				       body->max);
	}
	if (n < 0)
		return err_set(err, ERR_IO, "the body did not arrive");
	return 0;
}
