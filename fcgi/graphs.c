/* SPDX-License-Identifier: MIT */
/* Answers to addresses of pictures: see graphs.h. */
#include "fcgi/graphs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "core/json.h"
#include "fcgi/fresh.h"
#include "fcgi/notes.h"
#include "fcgi/numbers.h"
#include "fcgi/outlook.h"
#include "fcgi/picture.h"

#define SPARE_BYTES (1U << 20)

static const char *const types[TARGET_EXT__MAX] = {
    [TARGET_PNG] = "image/png",
    [TARGET_SVG] = "image/svg+xml",
    [TARGET_JSON] = "application/json",
    [TARGET_CSV] = "text/csv; charset=utf-8; header=present",
};

static bool
is_picture(const struct target *t)
{
	return t->ext == TARGET_PNG || t->ext == TARGET_SVG;
}

/* Everything the answer depends on, as one text; true when nothing changed. */
static bool
not_modified(struct exchange *x, const struct target *t, const struct fresh *f,
	     const struct family *family, const struct notes *notes)
{
	struct reply *r = x->reply;

	buf_str(&r->body, t->url);
	buf_fmt(&r->body, " %lld %lld %llx %llx %llx",
		(long long)t->range.from_s, (long long)t->range.to_s,
		(unsigned long long)f->marks,
		(unsigned long long)fresh_family(family),
		(unsigned long long)notes->mark);
	reply_etag(r, r->body.data, r->body.len);
	buf_reset(&r->body);
	if (!etag_matches(x->request->if_none_match, r->etag))
		return false;
	r->status = 304;
	return true;
}

/* The paths to answer: the target's, or the instances of each. */
struct paths {
	size_t n;
	struct path list[FRESH_INSTANCES_MAX];
};

static int
add_path(const struct latest_entry *e, void *arg)
{
	struct paths *all = arg;

	if (all->n == FRESH_INSTANCES_MAX)
		return 1;
	all->list[all->n++] = e->path;
	return 0;
}

static void
expand(struct query *q, const struct target *t, const struct family *family,
       struct paths *all)
{
	for (size_t i = 0; i < t->n_hosts; i++) {
		const struct path *p = &t->paths[i];

		if (p->instance[0] != '\0' || family->instance_label == NULL ||
		    query_last_s(q, p) != 0) {
			if (all->n < FRESH_INSTANCES_MAX)
				all->list[all->n++] = *p;
		} else {
			(void)fresh_instances(q, p, add_path, all, NULL);
		}
	}
}

/*
 * An answer that lacks rows which the log has is good for now, but must not
 * be kept under an ETag that stands for all of them.
 */
static void
check_rows(struct exchange *x)
{
	if (x->serve->query.behind)
		reply_uncache(x->reply);
}

static int
answer_picture(struct exchange *x, const struct target *t,
	       const struct family *family, const struct notes *notes,
	       struct err *err)
{
	int rc = picture_answer(x, t, family, notes, err);

	check_rows(x);
	if (notes->lost)
		reply_uncache(x->reply);
	return rc;
}

typedef int put_fn(struct exchange *x, const struct path *p,
		   const struct target *t, const struct family *family,
		   const struct series *s, size_t i);

static int
each_series(struct exchange *x, const struct target *t,
	    const struct family *family, const struct paths *all, put_fn *put,
	    struct err *err)
{
	size_t rows = t->options & TARGET_BIT(TARGET_SIZED) ? t->width : 0;
	struct series s;

	for (size_t i = 0; i < all->n; i++) {
		int rc;

		if (query_series(&x->serve->query, &all->list[i],
				 t->range.from_s, t->range.to_s, rows,
				 QUERY_AVERAGE, &s, err) != 0)
			return -1;
		check_rows(x);
		rc = put(x, &all->list[i], t, family, &s, i);
		series_done(&s);
		if (rc != 0)
			return 0; /* the peer is gone: nobody to tell */
	}
	return 0;
}

/* How the rows go on, or null. */
static int
put_forecast(struct exchange *x, const struct target *t,
	     const struct family *family, const struct series *s)
{
	bool stack = (t->options & TARGET_BIT(TARGET_STACK)) != 0;
	int64_t until_s = outlook_until(t, family, x->request->now_s);
	struct outlook o = {0};
	struct err err = {0};
	int rc;

	if (until_s != 0 && outlook_make(s, 1, family, stack, t->range.to_s,
					 until_s, &o, &err) != 0)
		return -1;
	rc = numbers_forecast(x->reply, &o);
	outlook_done(&o);
	return rc;
}

static int
put_json(struct exchange *x, const struct path *p, const struct target *t,
	 const struct family *family, const struct series *s, size_t i)
{
	struct buf *b = &x->reply->body;

	if (i > 0)
		buf_char(b, ',');
	buf_char(b, '{');
	if (numbers_json(x->reply, p, family, s) != 0)
		return -1;
	if ((t->options & TARGET_BIT(TARGET_FORECAST)) != 0 &&
	    put_forecast(x, t, family, s) != 0)
		return -1;
	buf_char(b, '}');
	return 0;
}

static int
put_csv(struct exchange *x, const struct path *p, const struct target *t,
	const struct family *family, const struct series *s, size_t i)
{
	(void)t;
	if (i == 0)
		numbers_csv_head(x->reply, family);
	return numbers_csv(x->reply, p, s);
}

static int
answer_json(struct exchange *x, const struct target *t,
	    const struct family *family, const struct paths *all,
	    struct err *err)
{
	/* one series asked for by its name is the object itself */
	bool one = all->n == 1 && t->n_hosts == 1 &&
		   strcmp(all->list[0].instance, t->paths[0].instance) == 0;
	struct buf *b = &x->reply->body;

	if (!one)
		buf_str(b, "{\"series\":[");
	if (each_series(x, t, family, all, put_json, err) != 0)
		return -1;
	if (!one)
		buf_str(b, "]}");
	buf_char(b, '\n');
	return 0;
}

static int
answer_numbers(struct exchange *x, const struct target *t,
	       const struct family *family, struct err *err)
{
	struct paths *all = malloc(sizeof(*all)); /* large: not cleared */
	int rc;

	if (all == NULL)
		return err_set(err, ERR_NOMEM, "out of memory");
	all->n = 0;
	expand(&x->serve->query, t, family, all);
	if (t->ext == TARGET_JSON)
		rc = answer_json(x, t, family, all, err);
	else
		rc = each_series(x, t, family, all, put_csv, err);
	free(all);
	return rc;
}

/*
 * nginx writes what it keeps before it sends it, and drops the answer when it
 * cannot: on a full disk it is told to keep nothing.
 */
static void
spare_disk(struct exchange *x)
{
	struct statvfs disk;

	if (statvfs(x->serve->state, &disk) != 0 ||
	    (disk.f_bavail * disk.f_frsize >= SPARE_BYTES &&
	     (disk.f_files == 0 || disk.f_favail > 0)))
		return;
	reply_header(x->reply, "X-Accel-Expires", "0");
}

/* Events are part of a picture that marks them, and may come any time. */
static bool
look_for_notes(struct exchange *x, const struct target *t,
	       const struct family *family, struct notes *out)
{
	int64_t now_s = x->request->now_s, to_s = t->range.to_s;

	*out = (struct notes){0};
	if (!is_picture(t) || !(t->options & TARGET_BIT(TARGET_NOTES)))
		return false;
	if (t->options & TARGET_BIT(TARGET_FORECAST) &&
	    outlook_until(t, family, now_s) != 0)
		to_s = outlook_until(t, family, now_s);
	notes_read(x->serve->state, t, to_s, now_s, out);
	return true;
}

/* Pictures and numbers have pools of their own. */
static int
check_pool(const struct exchange *x, const struct target *t, struct err *err)
{
	enum pool pool = is_picture(t) ? POOL_PICTURES : POOL_DATA;

	if (x->serve->pools & POOL_BIT(pool))
		return 0;
	return err_set(err, ERR_NOT_FOUND, ".%s is not answered by this pool",
		       target_ext_name(t->ext));
}

int
graphs_answer(struct exchange *x, struct target *t, struct err *err)
{
	struct query *q = &x->serve->query;
	const struct family *family;
	int64_t now_s = x->request->now_s;
	struct reply *r = x->reply;
	struct notes notes;
	struct fresh f;
	char name[160];

	if (check_pool(x, t, err) != 0)
		return -1;
	family = registry_find(q->registry, t->paths[0].family, err);
	if (family == NULL || fresh_look(q, t, family, &f, err) != 0 ||
	    fresh_align(t, f.row_s, now_s, err) != 0)
		return -1;
	r->type = types[t->ext];
	if (!look_for_notes(x, t, family, &notes) && fresh_closed(&f, t, now_s))
		reply_cache(r, 31536000, true);
	else
		reply_cache(r, fresh_max_age(&f, now_s), false);
	if (not_modified(x, t, &f, family, &notes))
		return 0;
	q->behind = false;
	if (is_picture(t)) {
		spare_disk(x);
		reply_header(r, "Cross-Origin-Resource-Policy", "cross-origin");
	}
	target_filename(t, name);
	reply_header(r, "Content-Disposition", "inline; filename=\"%s\"", name);
	return is_picture(t) ? answer_picture(x, t, family, &notes, err)
			     : answer_numbers(x, t, family, err);
}
