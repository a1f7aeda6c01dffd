/* SPDX-License-Identifier: MIT */
/* CGI variables -> struct request: see request.h. */
#include "fcgi/request.h"

#include <string.h>

#include "core/clock.h"

static const char *const method_names[HTTP_METHOD__MAX] = {
    [HTTP_GET] = "GET",	      [HTTP_HEAD] = "HEAD",
    [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
    [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
    [HTTP_OTHER] = "other",
};

const char *
http_method_name(enum http_method method)
{
	return (unsigned)method < HTTP_METHOD__MAX ? method_names[method]
						   : "other";
}

static enum http_method
method_find(const char *name)
{
	for (int i = 0; name != NULL && i < HTTP_OTHER; i++)
		if (strcmp(method_names[i], name) == 0)
			return (enum http_method)i;
	return HTTP_OTHER;
}

int
request_read(struct request *r, struct io *io, struct err *err)
{
	const char *target = io->param(io, "REQUEST_URI");
	const char *accept = io->param(io, "HTTP_ACCEPT");

	r->method = method_find(io->param(io, "REQUEST_METHOD"));
	r->target = target != NULL ? target : "";
	r->if_none_match = io->param(io, "HTTP_IF_NONE_MATCH");
	r->if_match = io->param(io, "HTTP_IF_MATCH");
	r->accept = accept != NULL ? accept : "";
	r->now_s = clock_wall_s();
	r->uri = (struct uri){0};
	return uri_parse(r->target, strlen(r->target), &r->uri, err);
}

bool
request_wants(const struct request *r, const char *ext)
{
	size_t len = strcspn(r->target, "?"), n = strlen(ext);

	return len >= n && memcmp(r->target + len - n, ext, n) == 0;
}
