/* SPDX-License-Identifier: MIT */
/* /g/…: pictures and their numbers by the addresses of target.h; another
 * spelling is sent to the canonical one. */
#include "fcgi/graphs.h"

static int
answer(struct exchange *x, struct err *err)
{
	struct reply *r = x->reply;
	struct target t;

	if (target_parse(&x->request->uri, x->request->now_s, &t, err) != 0)
		return -1;
	if (t.canonical)
		return graphs_answer(x, &t, err);
	r->status = 308;
	r->type = NULL;
	reply_header(r, "Location", "%s", t.url);
	reply_cache(r, 3600, false);
	return 0;
}

static const struct param args[] = {
    {.name = "cluster", .type = PARAM_SLUG, .help = "the cluster"},
    {.name = "hosts",
     .type = PARAM_SLUG,
     .help = "one host, or several with commas between them"},
    {.name = "family",
     .type = PARAM_LEAF,
     .help = "the family, with an instance or without"},
    {.name = "picture",
     .type = PARAM_TIME,
     .help = "RANGE[,OPTION...].EXT: hour, day, week, month, year, a "
	     "duration such as 6h, or FROM~TO; then options in the "
	     "order size, 2x, dark, light, stack, envelope, p95, "
	     "forecast, notes, nolegend; then png, svg, json or csv"},
    {0},
};

const struct route route_graph = {
    .name = "graph",
    .path = "/g",
    .args = args,
    .args_min = 4,
    .methods = HTTP_READ,
    .pools = POOL_ANY,
    .flags = ROUTE_TAIL | ROUTE_PICTURE,
    .answer = answer,
    .summary = "a picture of series, or their numbers",
    .media = "image/png,image/svg+xml,application/json,text/csv",
    .schema = "{\"$ref\":\"#/components/schemas/Graph\"}",
};
