/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/latest[/HOST[/FAMILY[.INSTANCE]]]: the newest values of all, of a
 * host's, or of one family's series; no archive is read and no drain asked.
 */
#include <string.h>

#include "core/json.h"
#include "fcgi/live.h"
#include "fcgi/serve.h"

enum { ARG_HOST, ARG_LEAF };
enum { FIELD_CLUSTER };

struct list {
	struct exchange *x;
	size_t n;
};

static bool
wanted(const struct exchange *x, const struct latest_entry *e)
{
	const struct field *host = &x->args[ARG_HOST];
	const struct field *leaf = &x->args[ARG_LEAF];
	const struct field *cluster = &x->fields[FIELD_CLUSTER];

	if (host->set && strcmp(host->text, e->path.host) != 0)
		return false;
	if (cluster->set && strcmp(cluster->text, e->path.cluster) != 0)
		return false;
	if (!leaf->set)
		return true;
	if (strcmp(leaf->path.family, e->path.family) != 0)
		return false;
	return leaf->path.instance[0] == '\0' ||
	       strcmp(leaf->path.instance, e->path.instance) == 0;
}

static int
put(const struct latest_entry *e, void *arg)
{
	struct list *list = arg;
	struct exchange *x = list->x;
	const struct family *f;

	if (!wanted(x, e))
		return 0;
	f = registry_find(x->serve->query.registry, e->path.family, NULL);
	if (f == NULL)
		return 0;
	if (list->n++ > 0)
		buf_char(&x->reply->body, ',');
	live_json(&x->reply->body, f, e, x->request->now_s);
	return reply_spill(x->reply);
}

static int
answer(struct exchange *x, struct err *err)
{
	struct latest *l = query_latest(&x->serve->query, err);
	struct buf *b = &x->reply->body;
	struct list list = {.x = x};

	if (l == NULL && err->code != ERR_NOT_FOUND)
		return -1;
	x->reply->type = "application/json";
	buf_fmt(b, "{\"now\":%lld,\"series\":[", (long long)x->request->now_s);
	if (l != NULL)
		(void)latest_each(l, put, &list);
	if (list.n == 0 && x->args[ARG_HOST].set)
		return err_set(err, ERR_NOT_FOUND, "there is no series of %s",
			       x->args[ARG_HOST].text);
	buf_str(b, "]}\n");
	return 0;
}

static const struct param args[] = {
    {.name = "host", .type = PARAM_SLUG, .help = "the host's name"},
    {.name = "family",
     .type = PARAM_LEAF,
     .help = "the family, with an instance or without"},
    {0},
};

static const struct param params[] = {
    {.name = "cluster", .type = PARAM_SLUG, .help = "only of this cluster"},
    {0},
};

const struct route route_latest = {
    .name = "latest",
    .path = "/api/v1/latest",
    .args = args,
    .params = params,
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "the newest values of series",
    .media = "application/json",
    .schema = "{\"type\":\"object\",\"required\":[\"now\",\"series\"],"
	      "\"properties\":{\"now\":{\"type\":\"integer\"},"
	      "\"series\":{\"type\":\"array\",\"items\":{"
	      "\"$ref\":\"#/components/schemas/Latest\"}}}}",
};
