/* SPDX-License-Identifier: MIT */
/* /api/v1/hosts: every host that has a series, and how old its data is. */
#include <string.h>

#include "core/json.h"
#include "fcgi/serve.h"

enum { FIELD_CLUSTER };

/* Series come in path order, so a host's stand together. */
struct host {
	struct exchange *x;
	char cluster[SLUG_MAX + 1], name[SLUG_MAX + 1];
	char family[FAMILY_MAX + 1];
	int64_t last_s;
	size_t n_series, n_families, n_hosts;
};

static void
flush(struct host *h)
{
	struct buf *b = &h->x->reply->body;

	if (h->n_series == 0)
		return;
	buf_str(b, h->n_hosts++ > 0 ? ",{" : "{");
	json_key(b, "cluster");
	json_string(b, h->cluster);
	json_key(b, "host");
	json_string(b, h->name);
	json_key(b, "page");
	buf_fmt(b, "\"/h/%s/%s/\"", h->cluster, h->name);
	json_key(b, "last");
	buf_i64(b, h->last_s);
	json_key(b, "age");
	buf_i64(b, h->x->request->now_s - h->last_s);
	json_key(b, "families");
	buf_u64(b, h->n_families);
	json_key(b, "series");
	buf_u64(b, h->n_series);
	buf_char(b, '}');
	h->n_series = h->n_families = 0;
	h->last_s = 0;
	h->family[0] = '\0';
}

static int
add(const struct latest_entry *e, void *arg)
{
	struct host *h = arg;
	const struct field *cluster = &h->x->fields[FIELD_CLUSTER];

	if (cluster->set && strcmp(cluster->text, e->path.cluster) != 0)
		return 0;
	if (strcmp(h->cluster, e->path.cluster) != 0 ||
	    strcmp(h->name, e->path.host) != 0) {
		flush(h);
		memcpy(h->cluster, e->path.cluster, sizeof(h->cluster));
		memcpy(h->name, e->path.host, sizeof(h->name));
	}
	if (strcmp(h->family, e->path.family) != 0) {
		memcpy(h->family, e->path.family, sizeof(h->family));
		h->n_families++;
	}
	h->n_series++;
	if (e->time_s > h->last_s)
		h->last_s = e->time_s;
	return reply_spill(h->x->reply);
}

static int
answer(struct exchange *x, struct err *err)
{
	struct latest *l = query_latest(&x->serve->query, err);
	struct host h = {.x = x};

	if (l == NULL && err->code != ERR_NOT_FOUND)
		return -1;
	x->reply->type = "application/json";
	buf_fmt(&x->reply->body, "{\"now\":%lld,\"hosts\":[",
		(long long)x->request->now_s);
	if (l != NULL)
		(void)latest_each(l, add, &h);
	flush(&h);
	buf_str(&x->reply->body, "]}\n");
	return 0;
}

static const struct param params[] = {
    {.name = "cluster", .type = PARAM_SLUG, .help = "only of this cluster"},
    {0},
};

const struct route route_hosts = {
    .name = "hosts",
    .path = "/api/v1/hosts",
    .params = params,
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "every host and how old its data is",
    .media = "application/json",
    .schema = "{\"type\":\"object\",\"required\":[\"now\",\"hosts\"],"
	      "\"properties\":{\"now\":{\"type\":\"integer\"},"
	      "\"hosts\":{\"type\":\"array\",\"items\":{"
	      "\"$ref\":\"#/components/schemas/Host\"}}}}",
};
