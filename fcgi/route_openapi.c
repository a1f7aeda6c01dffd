/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/openapi.json: an OpenAPI 3.1 document, written from the route
 * table itself, so it cannot say what the server does not do.  The shapes
 * that several routes share are schemas.h's.
 */
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/version.h"
#include "fcgi/schemas.h"
#include "fcgi/serve.h"

static void
member(struct buf *b, const char *key, const char *value)
{
	json_key(b, key);
	json_string(b, value);
}

static void
put_words(struct buf *b, const struct param *p)
{
	buf_str(b, ",\"enum\":[");
	for (size_t i = 0; p->words[i] != NULL; i++) {
		if (i > 0)
			buf_char(b, ',');
		json_string(b, p->words[i]);
	}
	buf_char(b, ']');
}

static void
put_param(struct buf *b, const struct param *p, bool in_path)
{
	static const char *const types[PARAM_TYPE__MAX] = {
	    [PARAM_INT] = "integer",
	    [PARAM_FLAG] = "boolean",
	};
	const char *type = types[p->type] != NULL ? types[p->type] : "string";

	buf_char(b, '{');
	member(b, "name", p->name);
	member(b, "in", in_path ? "path" : "query");
	json_key(b, "required");
	buf_str(b, in_path || p->required ? "true" : "false");
	member(b, "description", p->help);
	buf_fmt(b, ",\"schema\":{\"type\":\"%s\"", type);
	if (p->type == PARAM_INT)
		buf_fmt(b, ",\"minimum\":%lld,\"maximum\":%lld",
			(long long)p->min, (long long)p->max);
	else if (p->type == PARAM_WORD)
		put_words(b, p);
	else if (p->type != PARAM_FLAG)
		member(b, "x-robin-type", param_type_name(p->type));
	buf_str(b, "}}");
}

static void
put_params(struct buf *b, const struct route *r, int n_args, bool query)
{
	bool first = true;

	buf_str(b, ",\"parameters\":[");
	for (int i = 0; i < n_args; i++) {
		if (!first)
			buf_char(b, ',');
		put_param(b, &r->args[i], true);
		first = false;
	}
	for (int i = 0; query && r->params != NULL && r->params[i].name != NULL;
	     i++) {
		if (!first)
			buf_char(b, ',');
		put_param(b, &r->params[i], false);
		first = false;
	}
	buf_char(b, ']');
}

/* The media types of a 200; the JSON one carries the row's schema. */
static void
put_media(struct buf *b, const struct route *r)
{
	const char *m = r->media;

	buf_str(b, ",\"content\":{");
	while (*m != '\0') {
		size_t n = strcspn(m, ",");
		bool json = n >= 4 && memcmp(m + n - 4, "json", 4) == 0;

		buf_fmt(b, "\"%.*s\":{\"schema\":%s}", (int)n, m,
			json && r->schema != NULL ? r->schema : "{}");
		m += n;
		if (*m == ',') {
			buf_char(b, ',');
			m++;
		}
	}
	buf_char(b, '}');
}

static void
put_operation(struct buf *b, const struct route *r, enum http_method method,
	      int n_args)
{
	static const char *const words[HTTP_METHOD__MAX] = {
	    [HTTP_GET] = "get",	      [HTTP_HEAD] = "head",
	    [HTTP_POST] = "post",     [HTTP_PUT] = "put",
	    [HTTP_DELETE] = "delete", [HTTP_OPTIONS] = "options",
	};
	bool changes = !(HTTP_READ & HTTP_BIT(method));
	bool accepted = method == HTTP_POST;
	char id[64];

	json_key(b, words[method]);
	(void)snprintf(id, sizeof(id), "%s_%s_%d", words[method], r->name,
		       n_args);
	buf_char(b, '{');
	member(b, "operationId", id);
	member(b, "summary", r->summary);
	put_params(b, r, n_args, !changes);
	if (changes && method != HTTP_DELETE && r->body != NULL)
		buf_fmt(b,
			",\"requestBody\":{\"required\":true,\"content\":{"
			"\"application/json\":{\"schema\":%s}}}",
			r->body);
	if (changes && (r->flags & ROUTE_TOKEN))
		buf_str(b, ",\"security\":[{\"token\":[]}]");
	buf_fmt(b, ",\"responses\":{\"%s\":{\"description\":\"%s\"",
		accepted ? "202" : "200", accepted ? "accepted" : "the answer");
	if (method != HTTP_HEAD && !changes)
		put_media(b, r);
	buf_str(b, "},\"default\":{\"$ref\":"
		   "\"#/components/responses/Problem\"}}}");
}

/* OpenAPI has no optional path part: a row becomes a path for each length. */
static void
put_path(struct buf *b, const struct route *r, int n_args)
{
	char path[256];
	size_t len;

	len = (size_t)snprintf(path, sizeof(path), "%s", r->path);
	for (int i = 0; i < n_args && len < sizeof(path); i++)
		len += (size_t)snprintf(path + len, sizeof(path) - len, "/{%s}",
					r->args[i].name);
	if (r->flags & ROUTE_SVG)
		(void)snprintf(path + len, sizeof(path) - len, ".svg");
	json_key(b, path);
	buf_char(b, '{');
	for (int m = 0; m < HTTP_OTHER; m++)
		if (r->methods & HTTP_BIT(m))
			put_operation(b, r, (enum http_method)m, n_args);
	buf_char(b, '}');
}

static void
put_route(struct buf *b, const struct route *r)
{
	int most = 0;

	while (r->args != NULL && r->args[most].name != NULL)
		most++;
	for (int n = r->args_min; n <= most; n++)
		put_path(b, r, n);
}

static void
put_components(struct buf *b)
{
	buf_str(b, "{\"responses\":{\"Problem\":{"
		   "\"description\":\"what went wrong\",\"content\":{"
		   "\"application/problem+json\":{\"schema\":{\"$ref\":"
		   "\"#/components/schemas/Problem\"}}}}},"
		   "\"securitySchemes\":{\"token\":{\"type\":\"http\","
		   "\"scheme\":\"bearer\"}},\"schemas\":{");
	for (size_t i = 0; i < schemas_n; i++) {
		json_key(b, schemas[i].name);
		buf_str(b, schemas[i].text);
	}
	buf_str(b, "}}");
}

static int
answer(struct exchange *x, struct err *err)
{
	struct buf *b = &x->reply->body;

	(void)err;
	x->reply->type = "application/json";
	buf_str(b, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Robin\","
		   "\"version\":\"" ROBIN_VERSION "\",\"license\":{"
		   "\"name\":\"MIT\",\"identifier\":\"MIT\"}},"
		   "\"servers\":[{\"url\":\"/\"}],\"paths\":{");
	for (size_t i = 0; i < route_table_n; i++)
		put_route(b, route_table[i]);
	buf_str(b, "},\"components\":");
	put_components(b);
	buf_str(b, "}\n");
	reply_etag(x->reply, b->data, b->len);
	reply_cache(x->reply, 300, false);
	if (etag_matches(x->request->if_none_match, x->reply->etag))
		x->reply->status = 304;
	return 0;
}

const struct route route_openapi = {
    .name = "openapi",
    .path = "/api/v1/openapi.json",
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "this interface as an OpenAPI 3.1 document",
    .media = "application/json",
};
