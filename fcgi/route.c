/* SPDX-License-Identifier: MIT */
/* The route table and what a request must pass to reach a handler. */
#include "fcgi/route.h"

#include <stdio.h>
#include <string.h>

#include "core/opt.h"

#define X(row) extern const struct route row;
#include "gen/route_table.h"
#undef X

const struct route *const route_table[] = {
#define X(row) &row,
#include "gen/route_table.h"
#undef X
};
const size_t route_table_n = sizeof(route_table) / sizeof(route_table[0]);

static const struct param no_params[] = {{0}};

/* How many of the request's segments the row's path takes; -1: not this one. */
static int
path_prefix(const struct route *r, const struct uri *uri)
{
	const char *p = r->path;
	int n = 0;

	while (*p == '/') {
		size_t len = strcspn(++p, "/");

		if ((size_t)n >= uri->n_segments ||
		    strlen(uri->segments[n]) != len ||
		    memcmp(uri->segments[n], p, len) != 0)
			return -1;
		p += len;
		n++;
	}
	return n;
}

static int
count_args(const struct route *r)
{
	int n = 0;

	while (r->args != NULL && r->args[n].name != NULL)
		n++;
	return n;
}

int
route_find(const struct uri *uri)
{
	int best = -1, best_n = 0;

	for (size_t i = 0; i < route_table_n; i++) {
		const struct route *r = route_table[i];
		int n = path_prefix(r, uri);
		int rest = (int)uri->n_segments - n;

		if (n <= best_n)
			continue;
		/* a row without path parts is not the parent of others */
		if (rest > 0 && !(r->flags & ROUTE_TAIL) && count_args(r) == 0)
			continue;
		best = (int)i;
		best_n = n;
	}
	return best;
}

void
route_allow(const struct route *r, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (int m = 0; m < HTTP_OTHER && len < size; m++) {
		int n;

		if (!(r->methods & HTTP_BIT(m)))
			continue;
		n = snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "",
			     http_method_name((enum http_method)m));
		len += n > 0 ? (size_t)n : 0;
	}
}

static int
check_args(const struct route *r, const struct request *req, struct field *args,
	   struct err *err)
{
	int skip = path_prefix(r, &req->uri);
	int given = (int)req->uri.n_segments - skip;
	int most = count_args(r);

	for (int i = 0; i < PARAMS_MAX; i++)
		args[i] = (struct field){.text = ""};
	if (given < r->args_min || given > most)
		return err_set(err, ERR_NOT_FOUND,
			       "%s takes %d to %d parts after it, not %d",
			       r->path, r->args_min, most, given);
	for (int i = 0; i < given; i++)
		if (param_check(&r->args[i], req->uri.segments[skip + i],
				req->now_s, &args[i], err) != 0)
			return -1;
	return 0;
}

static int
unknown_param(const struct param *params, const char *name, struct err *err)
{
	const char *words[PARAMS_MAX];
	const char *near;
	size_t n = 0;

	while (params[n].name != NULL && n < PARAMS_MAX) {
		words[n] = params[n].name;
		n++;
	}
	near = opt_nearest(name, words, n);
	if (near != NULL)
		return err_set(
		    err, ERR_INVALID,
		    "parameter \"%.40s\" is not known; did you mean \"%s\"?",
		    name, near);
	return err_set(err, ERR_INVALID, "parameter \"%.40s\" is not known",
		       name);
}

static int
check_query(const struct param *params, const struct request *req,
	    struct field *fields, struct err *err)
{
	for (int i = 0; i < PARAMS_MAX; i++)
		fields[i] = (struct field){.text = ""};
	for (size_t q = 0; q < req->uri.n_query; q++) {
		const struct uri_pair *pair = &req->uri.query[q];
		int i = 0;

		while (params[i].name != NULL &&
		       strcmp(params[i].name, pair->name) != 0)
			i++;
		if (params[i].name == NULL)
			return unknown_param(params, pair->name, err);
		if (fields[i].set)
			return err_set(err, ERR_INVALID,
				       "parameter \"%s\" is given twice",
				       pair->name);
		if (param_check(&params[i], pair->value, req->now_s, &fields[i],
				err) != 0)
			return -1;
	}
	for (int i = 0; params[i].name != NULL; i++)
		if (params[i].required && !fields[i].set)
			return err_set(err, ERR_INVALID,
				       "parameter \"%s\" is missing",
				       params[i].name);
	return 0;
}

int
route_check(const struct route *r, const struct request *req,
	    struct field *args, struct field *fields, struct err *err)
{
	if (r->flags & ROUTE_TAIL)
		return 0;
	if (check_args(r, req, args, err) != 0)
		return -1;
	return check_query(r->params != NULL ? r->params : no_params, req,
			   fields, err);
}

const char *
pool_name(enum pool pool)
{
	static const char *const names[POOL__MAX] = {
	    [POOL_PICTURES] = "pictures",
	    [POOL_DATA] = "data",
	};

	return names[pool];
}
