/* SPDX-License-Identifier: MIT */
/*
 * A route: one file route_NAME.c that defines `const struct route
 * route_NAME`; the table is made from the folder listing.  A row says what a
 * request must look like; the handler runs only when it does, and sees only
 * validated fields.
 */
#ifndef FCGI_ROUTE_H
#define FCGI_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "fcgi/param.h"
#include "fcgi/request.h"

struct exchange;

enum pool { POOL_PICTURES, POOL_DATA, POOL__MAX };
#define POOL_BIT(pool) (1U << (pool))
#define POOL_ANY       (POOL_BIT(POOL_PICTURES) | POOL_BIT(POOL_DATA))

enum route_flag {
	ROUTE_TAIL = 1,	   /* the handler validates the rest of the
			    * target itself; args and params describe it */
	ROUTE_PICTURE = 2, /* a failed .png or .svg is a picture */
	ROUTE_SVG = 8,	   /* the last path part carries a ".svg" */
	ROUTE_TOKEN = 4,   /* what changes something needs a token */
	ROUTE_LOGIN = 16,  /* what changes something needs a person, whom
			    * the web server names (guard_login) */
};

struct route {
	const char *name;
	const char *path;	    /* "/api/v1/latest" */
	const struct param *args;   /* path parts after it; ends with {0} */
	int args_min;		    /* how many of them must be there */
	unsigned methods;	    /* HTTP_BIT(…) | … */
	unsigned pools;		    /* which pools answer it */
	unsigned flags;		    /* enum route_flag */
	const struct param *params; /* the query's; ends with {0} */
	int (*answer)(struct exchange *x, struct err *err);
	/* for the OpenAPI file */
	const char *summary; /* one sentence */
	const char *media;   /* media types of a 200, comma between */
	const char *schema;  /* JSON Schema text of its JSON, or NULL */
	const char *body;    /* JSON Schema text of what is posted, or NULL */
};

extern const struct route *const route_table[];
extern const size_t route_table_n;

/* The index of the row whose path begins the request's, or -1. */
int route_find(const struct uri *uri);

/* Writes the Allow value ("GET, HEAD") of a row; size at least 64. */
void route_allow(const struct route *r, char *out, size_t size);

/*
 * Validates path parts and query into args[0…] and fields[0…] (PARAMS_MAX
 * each, in the tables' order).  Unknown and repeated parameters are
 * ERR_INVALID; too few or many path parts ERR_NOT_FOUND.
 */
int route_check(const struct route *r, const struct request *req,
		struct field *args, struct field *fields, struct err *err);

/* "pictures", "data" */
const char *pool_name(enum pool pool);

#endif
