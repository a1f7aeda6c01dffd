/* SPDX-License-Identifier: MIT */
/* The rows of an import beside the archives, and the word to the writer: see
 * import.h. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "rrd/archive.h"
#include "rrd/import.h"
#include "rrd/layout.h"
#include "rrd/migrate.h"
#include "rrd/rebuild.h"
#include "rrd/wal.h"

/* The items of one series: [from, to). */
struct group {
	size_t from, to;
	int64_t last_s;
	bool laid;
};

/* Puts one item's rows into its data source; those inside its limits. */
static int
put_rows(struct import *im, const struct import_item *item,
	 unsigned char *bytes, const struct source *to, double *rows,
	 size_t n_rows, uint64_t *known, struct err *err)
{
	char name[METRIC_DS_SIZE];
	size_t k = 0;
	int ds;

	(void)im;
	metric_ds_name(item->to.metric, name);
	ds = source_find_ds(to, name);
	if (ds < 0)
		return err_set(err, ERR_INTERNAL, "%s: no metric %s",
			       item->path, name);
	if (import_read_rows(item->file, item->ds, item->to.scale, to, rows,
			     n_rows, err) != 0)
		return -1;
	for (size_t i = 0; i < to->n_archives; i++) {
		const struct source_archive *a = &to->archives[i];

		for (int64_t j = 0; j < a->n_rows; j++, k++) {
			size_t row =
			    (size_t)((a->cur_row - j + a->n_rows) % a->n_rows);

			if (!isfinite(rows[k]) || rows[k] < to->ds[ds].min ||
			    rows[k] > to->ds[ds].max)
				continue;
			memcpy(bytes + a->rows_at +
				   8 * (row * to->n_ds + (size_t)ds),
			       &rows[k], 8);
			++*known;
		}
	}
	return 0;
}

/* Makes the graft of a series. */
static int
lay_group(struct import *im, struct group *g, const char *layout,
	  struct err *err)
{
	static struct source to;
	const char *path = im->items[g->from].path;
	char name[PATH_MAX];
	struct err why = {0};
	uint64_t known = 0;
	size_t n_rows = 0, used = 0;
	double *rows = NULL;
	struct buf b;
	int rc = -1;

	/* an empty file of the series' layout, from nothing */
	if (migrate_name(im->state, MIGRATE_GRAFT, path, name, err) != 0 ||
	    migrate_build(im->state, MIGRATE_GRAFT, path, layout, g->last_s,
			  NULL, NULL, err) != 0)
		return -1;
	buf_init(&b, SOURCE_BYTES_MAX);
	if (file_read(name, &b, err) != 0 ||
	    source_parse(&to, (const unsigned char *)b.data, b.len, name,
			 err) != 0)
		goto out;
	for (size_t i = 0; i < to.n_archives; i++)
		n_rows += (size_t)to.archives[i].n_rows;
	rows = calloc(n_rows, sizeof(*rows));
	if (rows == NULL) {
		err_set(err, ERR_NOMEM, "import: out of memory");
		goto out;
	}
	for (size_t i = g->from; i < g->to; i++) {
		const struct import_item *item = &im->items[i];

		if (item->dropped)
			continue;
		if (put_rows(im, item, (unsigned char *)b.data, &to, rows,
			     n_rows, &known, &why) == 0)
			used++;
		else if (im->note != NULL)
			im->note(item->file, why.msg);
	}
	rc = known > 0 ? migrate_overwrite(name, &b, err) : 0;
	g->laid = rc == 0 && known > 0;
	im->n_rows += known;
	if (g->laid && im->series != NULL)
		im->series(path, used, known);
out:
	if (!g->laid)
		(void)unlink(name);
	free(rows);
	buf_done(&b);
	return rc;
}

/* Both records of a series, and the table as they will make it. */
static int
tell_group(struct wal *w, const struct import *im, const struct group *g,
	   const char *layout, struct err *err)
{
	const char *path = im->items[g->from].path;
	size_t len = strlen(path);
	struct table_slot *s =
	    table_find(wal_table(w), table_hash(path, len), path, len);
	struct record r = {.type = RECORD_CREATE,
			   .time_s = g->last_s,
			   .path = path,
			   .path_bytes = len,
			   .body = layout,
			   .body_bytes = strlen(layout)};
	double unknown[FAMILY_METRICS_MAX];

	if (s == NULL || table_newest_s(s) == 0) {
		if (wal_note(w, RECORD_CREATE, g->last_s, path, layout,
			     strlen(layout), err) != 0 ||
		    rebuild_apply(wal_table(w), &r, err) != 0)
			return -1;
		for (size_t i = 0; i < FAMILY_METRICS_MAX; i++)
			unknown[i] = NAN;
		s = table_find(wal_table(w), table_hash(path, len), path, len);
		if (s != NULL)
			table_publish(wal_table(w), s, g->last_s, unknown);
	}
	return wal_note(w, RECORD_REPLACE, clock_wall_s(), path, layout,
			strlen(layout), err);
}

static int
layout_of(struct import *im, const struct group *g, struct buf *out,
	  struct err *err)
{
	const struct family *f =
	    registry_find(im->registry, im->items[g->from].to.family, err);

	buf_reset(out);
	return f != NULL ? layout_text(f, out, err) : -1;
}

static int
tell(struct import *im, const struct group *groups, size_t n, struct err *err)
{
	struct wal *w = wal_open(im->state, im->registry, err);
	struct buf layout;
	int rc = 0;

	if (w == NULL)
		return -1;
	buf_init(&layout, 65536);
	for (size_t i = 0; i < n && rc == 0; i++) {
		if (!groups[i].laid)
			continue;
		rc = layout_of(im, &groups[i], &layout, err);
		if (rc == 0)
			rc = wal_begin(w, err);
		if (rc != 0)
			break;
		rc = tell_group(w, im, &groups[i], layout.data, err);
		if (rc == 0)
			rc = wal_commit(w, err);
		else
			wal_abort(w);
		im->n_series += rc == 0;
	}
	buf_done(&layout);
	wal_close(&w);
	return rc;
}

/* The series that items are left for. */
static size_t
find_groups(const struct import *im, struct group *groups)
{
	size_t n = 0;

	for (size_t i = 0; i < im->n_items; i++) {
		const struct import_item *item = &im->items[i];

		if (item->dropped)
			continue;
		if (n == 0 ||
		    strcmp(im->items[groups[n - 1].from].path, item->path) != 0)
			groups[n++] = (struct group){.from = i};
		groups[n - 1].to = i + 1;
		if (item->last_s > groups[n - 1].last_s)
			groups[n - 1].last_s = item->last_s;
	}
	return n;
}

int
import_lay(struct import *im, struct err *err)
{
	struct group *groups = calloc(im->n_items + 1, sizeof(*groups));
	size_t n;
	struct buf layout;
	int rc = 0;

	if (groups == NULL)
		return err_set(err, ERR_NOMEM, "import: out of memory");
	n = find_groups(im, groups);
	if (im->dry) {
		for (size_t i = 0; i < n && im->series != NULL; i++)
			im->series(im->items[groups[i].from].path,
				   groups[i].to - groups[i].from, 0);
		im->n_series = n;
		free(groups);
		return 0;
	}
	buf_init(&layout, 65536);
	/* all files are read before anything of the store is open */
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = layout_of(im, &groups[i], &layout, err);
		if (rc == 0)
			rc = lay_group(im, &groups[i], layout.data, err);
	}
	buf_done(&layout);
	if (rc == 0)
		rc = tell(im, groups, n, err);
	free(groups);
	return rc;
}
