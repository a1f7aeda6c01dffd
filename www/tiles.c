/* SPDX-License-Identifier: MIT */
/* Gauges over hosts: see tiles.h. */
#include "www/tiles.h"

#include <math.h>

#include "core/buf.h"
#include "www/draw.h"
#include "www/put.h"
#include "www/text.h"

struct tile {
	const char *key, *name;
	size_t at;  /* of the share in struct vitals */
	bool worst; /* the worst host's, not the sum */
	void (*text)(struct buf *b, double v);
	const char *unit;
};

static const struct tile tiles[] = {
    {"cpu", "CPU", offsetof(struct vitals, cpu), false, text_number, "cores"},
    {"memory", "Memory", offsetof(struct vitals, memory), false, text_bytes,
     NULL},
    {"disk", "Fullest disk", offsetof(struct vitals, disk), true, text_bytes,
     NULL},
    {"swap", "Swap", offsetof(struct vitals, swap), false, text_bytes, NULL},
};

#define N_TILES (sizeof(tiles) / sizeof(tiles[0]))

struct total {
	double used, whole, ratio;
	const struct fleet_host *top; /* with the highest ratio */
	size_t n;		      /* hosts where it is known */
	bool there;		      /* somebody will have it */
	enum health_state state;
};

static const struct share *
share_of(const struct fleet_host *h, const struct tile *t)
{
	return (const struct share *)(const void *)((const char *)&h->v +
						    t->at);
}

static struct total
total_of(const struct tile *t, const struct fleet_host *hosts, size_t n)
{
	struct total sum = {.ratio = -1};

	for (size_t i = 0; i < n; i++) {
		const struct share *x = share_of(&hosts[i], t);

		sum.there = sum.there || x->from != NULL;
		if (isnan(x->ratio) || (hosts[i].silent && n > 1))
			continue;
		sum.n++;
		sum.used += x->used;
		sum.whole += x->used + x->free;
		if (x->from->state > sum.state)
			sum.state = x->from->state;
		if (sum.top == NULL || x->ratio > sum.ratio) {
			sum.top = &hosts[i];
			sum.ratio = x->ratio;
		}
	}
	if (sum.n > 0 && !t->worst)
		sum.ratio = sum.used / sum.whole;
	if (sum.n > 1 && !t->worst)
		sum.state = HEALTH_OK; /* a sum has no threshold */
	return sum;
}

static void
amount(struct buf *b, const struct tile *t, double used, double whole)
{
	t->text(b, used);
	buf_str(b, " of ");
	t->text(b, whole);
	if (t->unit != NULL)
		put(b, " %t", t->unit);
}

/* What stands beside the arc: how much, and who is ahead. */
static void
details(struct buf *b, const struct tile *t, const struct total *sum)
{
	const struct share *top;

	buf_str(b, "<p>");
	if (sum->n == 0) {
		buf_str(b, "\xc2\xa0</p>");
		return;
	}
	top = share_of(sum->top, t);
	if (t->worst) {
		if (top->from->instance[0] != '\0')
			put(b, "<b>%p</b>", top->from->instance);
		if (sum->n > 1)
			put(b, " on %p", sum->top->name);
		buf_str(b, "</p><p>");
		t->text(b, top->free);
		buf_str(b, " free</p>");
		return;
	}
	amount(b, t, sum->used, sum->whole);
	buf_str(b, "</p>");
	if (sum->n > 1) {
		put(b, "<p>most on %p, ", sum->top->name);
		text_percent(b, top->ratio);
		buf_str(b, "</p>");
	}
}

static void
tile_put(struct buf *b, const struct tile *t, const struct total *sum)
{
	struct buf label;

	buf_init(&label, 200);
	buf_fmt(&label, "%s ", t->name);
	text_percent(&label, sum->n > 0 ? sum->ratio : NAN);
	put(b, "<section class=\"card tile\" data-tile=\"%s\">", t->key);
	draw_gauge(b, sum->n > 0 ? sum->ratio : NAN, sum->state, label.data);
	put(b, "<div><h2>%t</h2>", t->name);
	details(b, t, sum);
	buf_str(b, "</div></section>\n");
	buf_done(&label);
}

void
tiles_put(struct buf *b, const struct fleet_host *hosts, size_t n)
{
	buf_str(b, "<div class=\"tiles\">\n");
	for (size_t i = 0; i < N_TILES; i++) {
		struct total sum = total_of(&tiles[i], hosts, n);

		if (sum.there && (sum.n == 0 || sum.whole > 0))
			tile_put(b, &tiles[i], &sum);
	}
	buf_str(b, "</div>\n");
}

void
tiles_put_empty(struct buf *b, const struct fleet_host *host)
{
	buf_str(b, "<div class=\"tiles live\">\n");
	for (size_t i = 0; i < N_TILES; i++) {
		const struct tile *t = &tiles[i];

		if (share_of(host, t)->from == NULL)
			continue;
		put(b, "<section class=\"card tile\" data-tile=\"%s\">",
		    t->key);
		draw_gauge(b, NAN, HEALTH_OK, t->name);
		put(b, "<div><h2>%t</h2><p>\xc2\xa0</p>%s</div></section>\n",
		    t->name, t->worst ? "<p>\xc2\xa0</p>" : "");
	}
	buf_str(b, "</div>\n");
}
