/* SPDX-License-Identifier: MIT */
/* Drawing a target: see picture.h. */
#include "fcgi/picture.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "fcgi/outlook.h"
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
	    .grow = !has(t, TARGET_SIZED),
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
fill_notes(struct graph_request *g, const struct notes *notes)
{
	g->n_notes = notes->n;
	g->notes_lost = notes->lost;
	memcpy(g->note, notes->list, notes->n * sizeof(g->note[0]));
	memcpy(g->notes_in_all, notes->in_all, sizeof(g->notes_in_all));
}

/* The rows of each host that is there, and whose they are. */
struct history {
	size_t n;
	struct series set[TARGET_HOSTS_MAX];
	int host[TARGET_HOSTS_MAX];
};

static int
read_history(struct query *q, const struct target *t, struct history *h,
	     struct err *err)
{
	for (size_t i = 0; i < t->n_hosts; i++) {
		struct err why = {0};

		if (query_series(q, &t->paths[i], t->range.from_s,
				 t->range.to_s, t->width, QUERY_AVERAGE,
				 &h->set[h->n], &why) == 0)
			h->host[h->n++] = (int)i;
		else if (why.code != ERR_NOT_FOUND)
			return err_set(err, why.code, "%s", why.msg);
	}
	return 0;
}

/* One for each host, or for their stack. */
struct outlooks {
	size_t n;
	struct outlook list[TARGET_HOSTS_MAX];
};

static int
add_outlook(struct graph_request *g, const struct series *set, size_t n,
	    int host, const struct family *family, int64_t until_s,
	    struct outlooks *all, struct err *err)
{
	struct outlook *o = &all->list[all->n];

	if (outlook_make(set, n, family, g->stack && g->n_hosts == 1, g->to_s,
			 until_s, o, err) != 0)
		return -1;
	all->n++;
	if (o->n == 0) {
		g->forecast_why = o->why;
		return 0;
	}
	g->until_s = until_s;
	g->forecasts[g->n_forecasts++] = (struct graph_forecast){
	    .colour = g->n_hosts > 1 ? host : outlook_colour(family, g->stack),
	    .start_s = o->start_s,
	    .step_s = o->step_s,
	    .n = o->n,
	    .median = o->median,
	    .low = o->low,
	    .high = o->high,
	};
	return 0;
}

static int
fill_forecast(struct exchange *x, const struct target *t,
	      const struct family *family, struct graph_request *g,
	      struct outlooks *all, struct err *err)
{
	int64_t until_s = outlook_until(t, family, x->request->now_s);
	struct history h = {0};
	int rc = 0;

	if (until_s == 0) {
		g->forecast_why = "no forecast: the range does not end now";
		return 0;
	}
	rc = read_history(&x->serve->query, t, &h, err);
	if (rc == 0 && h.n == 0)
		g->forecast_why = "no forecast of several instances";
	else if (rc == 0 && g->stack)
		rc = add_outlook(g, h.set, h.n, h.host[h.n - 1], family,
				 until_s, all, err);
	else
		for (size_t i = 0; rc == 0 && i < h.n; i++)
			rc = add_outlook(g, &h.set[i], 1, h.host[i], family,
					 until_s, all, err);
	for (size_t i = 0; i < h.n; i++)
		series_done(&h.set[i]);
	return rc;
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
picture_answer(struct exchange *x, const struct target *t,
	       const struct family *family, const struct notes *notes,
	       struct err *err)
{
	struct outlooks outlooks = {0};
	struct graph_geometry geometry = {0};
	struct graph_request g;
	char summary[256] = "";
	int rc = 0;
	int64_t cpu_us = clock_cpu_us();

	fill(&g, t);
	fill_notes(&g, notes);
	if (g.forecast)
		rc = fill_forecast(x, t, family, &g, &outlooks, err);
	if (rc == 0)
		rc = graph_render(&x->serve->query, &g, &x->reply->body,
				  &geometry, summary, err);
	for (size_t i = 0; i < outlooks.n; i++)
		outlook_done(&outlooks.list[i]);
	if (rc != 0)
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
