/* SPDX-License-Identifier: MIT */
/* Drawing a target: see picture.h. */
#include "fcgi/picture.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "rrd/graph.h"

_Static_assert(TARGET_HOSTS_MAX <= GRAPH_HOSTS_MAX, "hosts fit");

static bool
has(const struct target *t, enum target_option option)
{
	return (t->options & TARGET_BIT(option)) != 0;
}

static void
fill(struct graph_request *g, const struct target *t)
{
	*g = (struct graph_request){
	    .n_hosts = t->n_hosts,
	    .from_s = t->range.from_s,
	    .to_s = t->range.to_s,
	    .width = t->width,
	    .height = t->height,
	    .scale = has(t, TARGET_2X) ? 2 : 1,
	    .dark = has(t, TARGET_DARK),
	    .stack = has(t, TARGET_STACK),
	    .envelope = has(t, TARGET_ENVELOPE),
	    .p95 = has(t, TARGET_P95),
	    .forecast = has(t, TARGET_FORECAST),
	    .notes = has(t, TARGET_NOTES),
	    .no_legend = has(t, TARGET_NOLEGEND),
	    .format = t->ext == TARGET_SVG ? GRAPH_SVG : GRAPH_PNG,
	    .url = t->url,
	};
	memcpy(g->paths, t->paths, t->n_hosts * sizeof(t->paths[0]));
	if (t->range.span_s > 0 && strchr(t->range.canonical, '~') == NULL)
		(void)snprintf(g->range_text, sizeof(g->range_text),
			       "last %.50s", t->range.canonical);
	else
		(void)snprintf(g->range_text, sizeof(g->range_text), "%s",
			       t->range.canonical);
}

static void
put_geometry(struct reply *r, const struct graph_geometry *g)
{
	char from[CLOCK_RFC3339_SIZE], to[CLOCK_RFC3339_SIZE];
	struct buf b;

	clock_rfc3339(g->from_s, from);
	clock_rfc3339(g->to_s, to);
	buf_init(&b, 1024);
	buf_fmt(
	    &b,
	    "{\"width\":%u,\"height\":%u,\"left\":%u,\"top\":%u,"
	    "\"plot_width\":%u,\"plot_height\":%u,\"from\":%lld,\"to\":%lld",
	    g->width, g->height, g->left, g->top, g->plot_width, g->plot_height,
	    (long long)g->from_s, (long long)g->to_s);
	json_key(&b, "value_min");
	json_double(&b, g->value_min);
	json_key(&b, "value_max");
	json_double(&b, g->value_max);
	buf_char(&b, '}');
	reply_header(r, "X-Robin-Geometry", "%s", b.data);
	buf_done(&b);
}

/* Header values are ASCII: other bytes, and '%', go as %HH. */
static void
put_summary(struct reply *r, const char *summary)
{
	struct buf b;

	buf_init(&b, 1024);
	for (const char *c = summary; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		if (byte < 0x20 || byte >= 0x7f || byte == '%')
			buf_fmt(&b, "%%%02X", (unsigned)byte);
		else
			buf_char(&b, *c);
	}
	reply_header(r, "X-Robin-Summary", "%s", b.data);
	buf_done(&b);
}

int
picture_answer(struct exchange *x, const struct target *t, struct err *err)
{
	struct graph_geometry geometry = {0};
	struct graph_request g;
	char summary[256] = "";
	int64_t cpu_us = clock_cpu_us();

	fill(&g, t);
	if (graph_render(&x->serve->query, &g, &x->reply->body, &geometry,
			 summary, err) != 0)
		return -1;
	x->serve->renders++;
	stats_add(&x->serve->stats->renders, 1);
	stats_add(&x->serve->stats->render_us,
		  (uint64_t)(clock_cpu_us() - cpu_us));
	put_geometry(x->reply, &geometry);
	if (summary[0] != '\0')
		put_summary(x->reply, summary);
	return 0;
}
