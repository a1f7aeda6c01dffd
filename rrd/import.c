/* SPDX-License-Identifier: MIT */
/* What there is to import, and into which series: see import.h. */
#include "rrd/import.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "rrd/layout.h"

static void
leave_out(struct import *im, const char *what, const char *why)
{
	if (im->note != NULL)
		im->note(what, why);
}

static int
add_item(struct import *im, const struct import_item *item, struct err *err)
{
	if (im->n_items == im->cap_items) {
		size_t cap = im->cap_items == 0 ? 256 : 2 * im->cap_items;
		void *p = realloc(im->items, cap * sizeof(*im->items));

		if (p == NULL)
			return err_set(err, ERR_NOMEM, "import: out of memory");
		im->items = p;
		im->cap_items = cap;
	}
	im->items[im->n_items] = *item;
	im->items[im->n_items].file = strdup(item->file);
	if (im->items[im->n_items].file == NULL)
		return err_set(err, ERR_NOMEM, "import: out of memory");
	im->n_items++;
	return 0;
}

/* The series' path of a target; false when it has no host. */
static bool
set_path(const struct import *im, struct import_item *item)
{
	struct path p = {0};

	if (im->host != NULL)
		slug_make(im->host, strlen(im->host), p.host);
	else
		memcpy(p.host, item->to.host, sizeof(p.host));
	if (p.host[0] == '\0')
		return false;
	slug_make(im->cluster, strlen(im->cluster), p.cluster);
	memcpy(p.family, item->to.family, sizeof(p.family));
	memcpy(p.instance, item->to.instance, sizeof(p.instance));
	(void)path_format(&p, item->path);
	return true;
}

/* One file: its data sources become items. */
static int
look_file(struct import *im, const char *file, const char *rel, struct err *err)
{
	static struct import_head h;
	struct err why = {0};
	size_t before = im->n_items;

	im->n_files++;
	if (import_read_head(file, &h, &why) != 0) {
		leave_out(im, rel, why.msg);
		im->n_skipped++;
		return 0;
	}
	if (h.last_s < CLOCK_MIN_S || h.last_s > clock_wall_s()) {
		leave_out(im, rel, "its last update is no time of now");
		im->n_skipped++;
		return 0;
	}
	for (size_t i = 0; i < h.n_ds; i++) {
		struct import_item item = {
		    .file = (char *)(uintptr_t)file,
		    .last_s = h.last_s,
		    .step_s = h.step_s,
		    .heartbeat_s = h.ds[i].heartbeat_s,
		    .min = h.ds[i].min,
		    .max = h.ds[i].max,
		};

		memcpy(item.ds, h.ds[i].name, sizeof(item.ds));
		memcpy(item.kind, h.ds[i].kind, sizeof(item.kind));
		if (import_rules_find(&im->rules, rel, item.ds, &item.to) ==
			0 ||
		    !set_path(im, &item))
			continue;
		if (add_item(im, &item, err) != 0)
			return -1;
	}
	if (im->n_items == before) {
		leave_out(im, rel, "no rule for it");
		im->n_skipped++;
	}
	return 0;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* In order of path and metric; of two for the same one the newer first. */
static int
by_target(const void *a, const void *b)
{
	const struct import_item *x = a, *y = b;
	int rc = strcmp(x->path, y->path);

	if (rc == 0)
		rc = strcmp(x->to.metric, y->to.metric);
	if (rc == 0)
		rc = (x->last_s < y->last_s) - (x->last_s > y->last_s);
	return rc != 0 ? rc : strcmp(x->file, y->file);
}

static void
drop_doubles(struct import *im)
{
	for (size_t i = 1; i < im->n_items; i++) {
		struct import_item *a = &im->items[i - 1], *b = &im->items[i];

		if (strcmp(a->path, b->path) != 0 ||
		    strcmp(a->to.metric, b->to.metric) != 0)
			continue;
		b->dropped = true;
		leave_out(im, b->file, "another file has the same metric");
	}
}

int
import_look(struct import *im, struct err *err)
{
	char *roots[] = {(char *)(uintptr_t)im->dir, NULL};
	size_t skip = strlen(im->dir);
	FTSENT *e;
	FTS *fts;
	int rc = 0;

	while (skip > 1 && im->dir[skip - 1] == '/')
		skip--;
	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (fts == NULL)
		return err_sys(err, errno, "%s: open", im->dir);
	while (rc == 0 && (e = fts_read(fts)) != NULL) {
		char rel[PATH_MAX];
		size_t len = e->fts_pathlen;
		const char *from;

		if (e->fts_level == 0 && e->fts_info != FTS_D &&
		    e->fts_info != FTS_DP) {
			rc = err_sys(err,
				     e->fts_errno != 0 ? e->fts_errno : ENOTDIR,
				     "%s", im->dir);
			break;
		}
		if (e->fts_info != FTS_F || len < skip + 6 || len >= PATH_MAX ||
		    strcmp(e->fts_path + len - 4, ".rrd") != 0)
			continue;
		from = e->fts_path + skip + strspn(e->fts_path + skip, "/");
		(void)snprintf(rel, sizeof(rel), "%.*s",
			       (int)(strlen(from) - 4), from);
		rc = look_file(im, e->fts_path, rel, err);
	}
	(void)fts_close(fts);
	if (rc == 0 && im->n_files == 0)
		rc = err_set(err, ERR_NOT_FOUND, "%s: holds no .rrd files",
			     im->dir);
	if (rc == 0 && im->n_items > 0) {
		qsort(im->items, im->n_items, sizeof(*im->items), by_target);
		drop_doubles(im);
	}
	return rc;
}

/* What Robin's own families are, for when no collector made them yet; the
 * collector's declaration takes the place of this one, and the rows stay. */
static const struct {
	const char *name, *title, *unit, *category, *label;
	int32_t step_s;
} known[] = {
    {"cpu", "CPU time", "cores", "cpu", "CPU", 10},
    {"memory", "Memory", "bytes", "memory", NULL, 10},
    {"memory_detail", "Memory in detail", "bytes", "memory", NULL, 10},
    {"load", "Load average", "tasks", "cpu", NULL, 10},
    {"disk", "Disk space", "bytes", "disk", "mount point", 10},
    {"diskio", "Disk traffic", "bytes/s", "disk", "device", 10},
    {"diskio_ops", "Disk operations", "1/s", "disk", "device", 10},
    {"net", "Network traffic", "bytes/s", "network", "interface", 10},
    {"net_packets", "Network packets", "packets/s", "network", "interface", 10},
    {"net_errors", "Network errors", "packets/s", "network", "interface", 10},
    {"processes", "Processes", "processes", "system", NULL, 60},
    {"uptime", "Uptime", "seconds", "system", NULL, 60},
};

static enum metric_kind
kind_of(const struct import_item *item)
{
	if (strcmp(item->kind, "ABSOLUTE") == 0)
		return METRIC_ABSOLUTE;
	if (strcmp(item->kind, "DERIVE") != 0 &&
	    strcmp(item->kind, "COUNTER") != 0 &&
	    strcmp(item->kind, "DDERIVE") != 0 &&
	    strcmp(item->kind, "DCOUNTER") != 0)
		return METRIC_GAUGE;
	return item->kind[0] == 'D' && item->kind[1] != 'E' ? METRIC_DDERIVE
	       : item->to.scale != 1			    ? METRIC_DDERIVE
							    : METRIC_DERIVE;
}

/* Adds an item's metric to a family under construction, once. */
static void
add_metric(struct import *im, struct import_item *item, struct metric *list,
	   size_t *n)
{
	enum metric_kind kind = kind_of(item);

	for (size_t i = 0; i < *n; i++)
		if (strcmp(list[i].name, item->to.metric) == 0)
			return;
	if (*n == FAMILY_METRICS_MAX) {
		leave_out(im, item->file, "its family has too many metrics");
		item->dropped = true;
		return;
	}
	list[(*n)++] = (struct metric){
	    .name = item->to.metric,
	    .unit = "",
	    .help = "Imported",
	    .kind = kind,
	    .min = kind == METRIC_GAUGE ? NAN : 0,
	    .max = NAN,
	};
}

/* A family of all items that go there. */
static int
make_family(struct import *im, const char *name, struct err *err)
{
	struct metric metrics[FAMILY_METRICS_MAX];
	char title[2 * FAMILY_MAX];
	int32_t known_step_s = 0;
	struct family f = {
	    .name = name,
	    .title = title,
	    .unit = "",
	    .help = "Imported",
	    .category = im->program,
	    .declared = true,
	    .step_s = 3600,
	    .heartbeat_s = 0,
	    .lower_limit = NAN,
	    .upper_limit = NAN,
	    .metrics = metrics,
	};

	(void)snprintf(title, sizeof(title), "%s", name);
	for (char *p = title; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0) {
			f.title = known[i].title;
			f.unit = known[i].unit;
			f.category = known[i].category;
			f.instance_label = known[i].label;
			known_step_s = known[i].step_s;
		}
	for (size_t i = 0; i < im->n_items; i++) {
		struct import_item *item = &im->items[i];

		if (item->dropped || strcmp(item->to.family, name) != 0)
			continue;
		if (item->to.instance[0] != '\0' && f.instance_label == NULL)
			f.instance_label = "instance";
		if (item->step_s < f.step_s)
			f.step_s = (int32_t)item->step_s;
		if (item->heartbeat_s > f.heartbeat_s &&
		    item->heartbeat_s <= 86400)
			f.heartbeat_s = (int32_t)item->heartbeat_s;
		add_metric(im, item, metrics, &f.n_metrics);
	}
	/* as the collector will have it */
	if (known_step_s > 0) {
		f.step_s = known_step_s;
		f.heartbeat_s = 120;
	}
	if (f.heartbeat_s < 2 * f.step_s)
		f.heartbeat_s = 2 * f.step_s;
	for (size_t i = 0; i < f.n_metrics; i++)
		metrics[i].unit = f.unit;
	return registry_put(im->registry, &f, err) < 0 ? -1 : 0;
}

int
import_families(struct import *im, struct err *err)
{
	for (size_t i = 0; i < im->n_items; i++) {
		struct import_item *item = &im->items[i];
		const struct family *f;
		struct err why = {0};

		if (item->dropped)
			continue;
		f = registry_find(im->registry, item->to.family, &why);
		if (f == NULL && why.code == ERR_NOT_FOUND && !im->dry &&
		    make_family(im, item->to.family, err) == 0)
			f = registry_find(im->registry, item->to.family, err);
		if (f == NULL && im->dry)
			continue;
		if (f == NULL)
			return why.code == ERR_NOT_FOUND
				   ? -1
				   : err_set(err, why.code, "%s", why.msg);
		if (family_metric(f, item->to.metric) >= 0)
			continue;
		leave_out(im, item->file, "its family has no such metric");
		item->dropped = true;
	}
	return 0;
}

void
import_done(struct import *im)
{
	for (size_t i = 0; i < im->n_items; i++)
		free(im->items[i].file);
	free(im->items);
	im->items = NULL;
	im->n_items = im->cap_items = 0;
	import_rules_free(&im->rules);
	registry_free(&im->registry);
}
