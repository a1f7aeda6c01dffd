/* SPDX-License-Identifier: MIT */
/* How new an answer's data is: see fresh.h. */
#include "fcgi/fresh.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"

struct walk {
	const struct path *want;
	int (*fn)(const struct latest_entry *e, void *arg);
	void *arg;
};

static int
visit(const struct latest_entry *e, void *arg)
{
	const struct walk *w = arg;

	if (strcmp(e->path.family, w->want->family) != 0 ||
	    strcmp(e->path.host, w->want->host) != 0 ||
	    strcmp(e->path.cluster, w->want->cluster) != 0)
		return 0;
	return w->fn(e, w->arg);
}

int
fresh_instances(struct query *q, const struct path *p,
		int (*fn)(const struct latest_entry *e, void *arg), void *arg,
		struct err *err)
{
	struct walk w = {.want = p, .fn = fn, .arg = arg};
	struct latest *l = query_latest(q, err);

	if (l == NULL)
		return -1;
	return latest_each(l, visit, &w);
}

/* What is found out, and whether the range is fixed. */
struct look {
	struct query *q;
	int64_t fixed_to_s; /* where a fixed range ends, else INT64_MAX */
	struct fresh f;
};

static void
mark(struct look *l, const struct path *p, int64_t last_s)
{
	struct fresh *f = &l->f;
	char text[PATH_SIZE + 24];
	size_t n = path_format(p, text);
	/* the file, which is never ahead of last_s, matters only to a range
	 * that could be closed */
	bool ask = last_s > l->fixed_to_s &&
		   (f->n_series == 0 || f->filed_s > l->fixed_to_s);
	int64_t filed_s = ask ? query_filed_s(l->q, p) : 0;

	memcpy(text + n, &last_s, sizeof(last_s));
	f->marks ^= XXH64(text, n + sizeof(last_s), 0);
	if (f->n_series++ == 0 || filed_s < f->filed_s)
		f->filed_s = filed_s;
	if (last_s > f->last_s)
		f->last_s = last_s;
}

static int
mark_entry(const struct latest_entry *e, void *arg)
{
	mark(arg, &e->path, e->time_s);
	return 0;
}

/* One host's series, or all instances of it. */
static int
look_one(struct look *l, const struct path *p, const struct family *family,
	 struct err *err)
{
	int64_t last_s = query_last_s(l->q, p);
	size_t before = l->f.n_series;
	char text[PATH_SIZE];

	if (last_s != 0) {
		mark(l, p, last_s);
		return 0;
	}
	if (p->instance[0] == '\0' && family->instance_label != NULL &&
	    fresh_instances(l->q, p, mark_entry, l, err) == 0 &&
	    l->f.n_series > before)
		return 0;
	(void)path_format(p, text);
	return err_set(err, ERR_NOT_FOUND, "there is no series %s", text);
}

#define KNOWN	 64
#define AGE_ROWS 32 /* an archive holds its time in more rows than that */

uint64_t
fresh_family(const struct family *f)
{
	static struct {
		const struct family *family;
		uint64_t hash;
	} known[KNOWN];
	size_t i = ((uintptr_t)f >> 6) % KNOWN;
	struct buf b;

	if (known[i].family == f)
		return known[i].hash;
	buf_init(&b, FAMILY_JSON_MAX);
	family_to_json(f, &b);
	known[i].family = f;
	known[i].hash = XXH64(b.data, b.len, 0);
	buf_done(&b);
	return known[i].hash;
}

static int64_t
row_of(const struct target *t, const struct family *family)
{
	int64_t step = family->step_s > 0 ? family->step_s : 1;
	int64_t row = (t->range.to_s - t->range.from_s) / t->width;

	row = row / step * step;
	if (row > FRESH_ROW_MAX_S)
		row = FRESH_ROW_MAX_S / step * step;
	return row < step ? step : row;
}

int
fresh_look(struct query *q, const struct target *t, const struct family *family,
	   struct fresh *out, struct err *err)
{
	struct look l = {.q = q,
			 .fixed_to_s =
			     t->range.absolute ? t->range.to_s : INT64_MAX,
			 .f = {.row_s = row_of(t, family)}};

	for (size_t i = 0; i < t->n_hosts; i++)
		if (look_one(&l, &t->paths[i], family, err) != 0)
			return -1;
	*out = l.f;
	return 0;
}

int
fresh_align(struct target *t, int64_t row_s, int64_t now_s, struct err *err)
{
	if (t->range.absolute)
		return 0;
	return when_range_parse(t->range.canonical, strlen(t->range.canonical),
				now_s / row_s * row_s, &t->range, err);
}

int64_t
fresh_max_age(const struct fresh *f, int64_t now_s)
{
	return f->row_s - now_s % f->row_s;
}

bool
fresh_closed(const struct fresh *f, const struct target *t, int64_t now_s)
{
	int64_t row = (t->range.to_s - t->range.from_s) / t->width;

	/* the row that holds the end is in its archive only once it is over,
	 * and what is long ago is read from an archive of long rows */
	if (row < (now_s - t->range.from_s) / AGE_ROWS)
		row = (now_s - t->range.from_s) / AGE_ROWS;
	return t->range.absolute && f->filed_s >= t->range.to_s + row;
}
