/* SPDX-License-Identifier: MIT */
/* Shortcodes: see short.h. */
#include "www/short.h"

#include <math.h>
#include <string.h>

#include "core/opt.h"
#include "core/role.h"
#include "www/draw.h"
#include "www/figure.h"
#include "www/put.h"
#include "www/says.h"
#include "www/site.h"
#include "www/text.h"

#define WORDS_MAX 4
#define TEXT_MAX  1024

/* One shortcode taken apart. */
struct shortcode {
	struct site *site;
	char text[TEXT_MAX];
	size_t n;
	const char *word[WORDS_MAX]; /* [0] its name, [1] the path */
	struct path path;	     /* family "" when only a host */
	enum range range;
	bool ranged;
	const struct fleet_host *host;	   /* NULL: not heard of */
	const struct fleet_series *series; /* likewise */
};

struct kind {
	const char *name;
	bool block;	 /* stands alone */
	bool host_alone; /* a path without a family will do */
	size_t words;	 /* at most, with the name */
	void (*put)(const struct shortcode *c, struct buf *b);
};

static void
put_missing(const struct shortcode *c, struct buf *b)
{
	put(b, "<span class=\"missing\">no data for <code>%t</code></span>",
	    c->word[1]);
}

static void
put_graph(const struct shortcode *c, struct buf *b)
{
	struct figure f = {.cluster = c->path.cluster,
			   .host = c->path.host,
			   .instance = c->path.instance,
			   .range = c->range,
			   .links = true,
			   .wide = c->n > 2 && strcmp(c->word[2], "wide") == 0};

	f.family = registry_find(c->site->q.registry, c->path.family, NULL);
	if (f.family == NULL)
		put_missing(c, b);
	else
		figure_put(b, &f);
}

static void
put_value(const struct shortcode *c, struct buf *b)
{
	const struct family *f;
	const struct metric *m;
	int at = -1;

	if (c->series != NULL)
		at = c->n > 2 ? family_metric(c->series->family, c->word[2])
			      : (int)c->series->family->lead;
	if (at < 0) {
		put_missing(c, b);
		return;
	}
	f = c->series->family;
	m = &f->metrics[at];
	put(b,
	    "<b class=\"val\" data-value=\"%t\" data-m=\"%t\" "
	    "data-u=\"%t\">",
	    c->word[1], m->name, m->unit != NULL ? m->unit : "");
	text_value(b, c->series->rates[at], m->unit);
	buf_str(b, "</b>");
}

/* The used share of whatever pair of roles the series has. */
static double
used_share(const struct family *f, const double *values)
{
	static const enum metric_role used[] = {ROLE_CPU_USED, ROLE_MEMORY_USED,
						ROLE_SWAP_USED, ROLE_DISK_USED,
						ROLE_INODES_USED};
	double ratio = NAN;

	for (size_t i = 0; isnan(ratio) && i < sizeof(used) / sizeof(used[0]);
	     i++)
		ratio = role_used_ratio(f, values, used[i]);
	return ratio;
}

static void
put_gauge(const struct shortcode *c, struct buf *b)
{
	double ratio;

	if (c->series == NULL) {
		put_missing(c, b);
		return;
	}
	ratio = used_share(c->series->family, c->series->rates);
	put(b, "<span class=\"card tile\" data-share=\"%t\">", c->word[1]);
	draw_gauge(b, ratio, c->series->state, c->series->family->title);
	put(b, "<span><b>%t</b><br><small>%p %p</small></span></span>",
	    c->series->family->title, c->path.host, c->path.instance);
}

static const int64_t range_s[RANGE__MAX] = {3600, 86400, 604800, 2678400,
					    31622400};

#define CURVE_ROWS 80

static void
put_sparkline(const struct shortcode *c, struct buf *b)
{
	int64_t now_s = c->site->fleet.now_s;
	double values[CURVE_ROWS * 2];
	struct series rows = {0};
	const struct family *f;
	size_t n = 0;

	if (c->series == NULL) {
		put_missing(c, b);
		return;
	}
	f = c->series->family;
	if (query_series(&c->site->q, &c->path, now_s - range_s[c->range],
			 now_s, CURVE_ROWS, QUERY_AVERAGE, &rows, NULL) == 0) {
		for (; n < rows.n_rows && n < CURVE_ROWS * 2; n++) {
			const double *row = rows.values + n * rows.n_metrics;

			values[n] = used_share(f, row);
			if (isnan(values[n]))
				values[n] = row[f->lead];
		}
	}
	draw_spark(b, values, n, 0, f->title);
	series_done(&rows);
}

static void
put_status(const struct shortcode *c, struct buf *b)
{
	if (c->host == NULL) {
		put_missing(c, b);
		return;
	}
	draw_state(b, c->host->state);
	put(b, " <a href=\"/h/%u/%u/\">%p</a>", c->path.cluster, c->path.host,
	    c->path.host);
	if (c->host->n_findings > 0) {
		buf_str(b, " <small>");
		says_host(b, c->host);
		buf_str(b, "</small>");
	}
}

static void
put_badge(const struct shortcode *c, struct buf *b)
{
	struct buf leaf;

	buf_init(&leaf, 1024);
	if (c->path.family[0] != '\0')
		put(&leaf, "/%u%s%u", c->path.family,
		    c->path.instance[0] != '\0' ? "." : "", c->path.instance);
	put(b,
	    "<img class=\"badge\" src=\"/badge/%u/%u%z.svg\" alt=\"%t\" "
	    "height=\"20\">",
	    c->path.cluster, c->path.host, &leaf, c->word[1]);
	buf_done(&leaf);
}

static const struct kind kinds[] = {
    {"graph", true, false, 3, put_graph},
    {"value", false, false, 3, put_value},
    {"gauge", false, false, 2, put_gauge},
    {"sparkline", false, false, 2, put_sparkline},
    {"status", false, true, 2, put_status},
    {"badge", false, true, 2, put_badge},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct kind *
kind_find(const char *name, struct err *err)
{
	const char *names[N_KINDS], *near;

	for (size_t i = 0; i < N_KINDS; i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
		names[i] = kinds[i].name;
	}
	near = opt_nearest(name, names, N_KINDS);
	err_set(err, ERR_CONFIG, "there is no shortcode \"%.40s\"%s%s%s", name,
		near != NULL ? ", did you mean \"" : "",
		near != NULL ? near : "", near != NULL ? "\"?" : "");
	return NULL;
}

static int
split(struct shortcode *c, const char *text, size_t len, struct err *err)
{
	char *save = NULL;

	if (len >= sizeof(c->text))
		return err_set(err, ERR_CONFIG, "the shortcode is too long");
	memcpy(c->text, text, len);
	c->text[len] = '\0';
	for (char *w = strtok_r(c->text, " \t", &save); w != NULL;
	     w = strtok_r(NULL, " \t", &save)) {
		if (c->n == WORDS_MAX)
			return err_set(err, ERR_CONFIG, "%.40s: too many words",
				       c->word[0]);
		c->word[c->n++] = w;
	}
	if (c->n == 0)
		return err_set(err, ERR_CONFIG, "the shortcode is empty");
	return 0;
}

/* Cuts "/day" off the end of a path. */
static void
take_range(struct shortcode *c, char *path)
{
	char *slash = strrchr(path, '/');

	c->range = RANGE_DAY;
	for (int r = 0; slash != NULL && r < RANGE__MAX; r++) {
		if (strcmp(slash + 1, range_name((enum range)r)) != 0)
			continue;
		c->range = (enum range)r;
		c->ranged = true;
		*slash = '\0';
		return;
	}
}

static int
take_path(struct shortcode *c, const struct kind *k, struct err *err)
{
	char *path = (char *)c->word[1]; /* into c->text */
	const char *slash;

	if (!k->host_alone || strchr(path, '/') != strrchr(path, '/')) {
		take_range(c, path);
		return path_parse(path, strlen(path), &c->path, err);
	}
	slash = strchr(path, '/');
	if (slash == NULL || !slug_valid(path, (size_t)(slash - path)) ||
	    !slug_valid(slash + 1, strlen(slash + 1)))
		return err_set(err, ERR_CONFIG, "\"%.80s\" is not CLUSTER/HOST",
			       path);
	(void)snprintf(c->path.cluster, sizeof(c->path.cluster), "%.*s",
		       (int)(slash - path), path);
	(void)snprintf(c->path.host, sizeof(c->path.host), "%s", slash + 1);
	return 0;
}

static void
look_up(struct shortcode *c)
{
	const struct fleet *f = &c->site->fleet;

	for (size_t i = 0; i < f->n_hosts; i++)
		if (strcmp(f->hosts[i].cluster, c->path.cluster) == 0 &&
		    strcmp(f->hosts[i].name, c->path.host) == 0)
			c->host = &f->hosts[i];
	for (size_t i = 0; c->host != NULL && i < c->host->n_series; i++) {
		const struct fleet_series *x = &c->host->series[i];

		if (strcmp(x->family->name, c->path.family) == 0 &&
		    strcmp(x->instance, c->path.instance) == 0)
			c->series = x;
	}
}

int
short_put(struct site *s, const char *text, size_t len, struct buf *b,
	  bool *block, struct err *err)
{
	struct shortcode c = {.site = s};
	const struct kind *k;

	if (split(&c, text, len, err) != 0)
		return -1;
	k = kind_find(c.word[0], err);
	if (k == NULL)
		return -1;
	if (c.n < 2 || c.n > k->words)
		return err_set(err, ERR_CONFIG, "%s takes a path%s", k->name,
			       k->words > 2 ? " and one word more" : "");
	if (take_path(&c, k, err) != 0) {
		err->code = ERR_CONFIG;
		return -1;
	}
	look_up(&c);
	*block = k->block;
	k->put(&c, b);
	return 0;
}
