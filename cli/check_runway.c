/* SPDX-License-Identifier: MIT */
/*
 * When the disk of the state folder will be full: a straight line through
 * what Robin itself has stored about that file system in the last day.  The
 * series is the one of a family with used and free roles whose instance is
 * the mount point.
 */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/capture.h"
#include "cli/check.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/registry.h"
#include "core/role.h"
#include "rrd/latest.h"

#define ANSWER_MAX (4 * 1024 * 1024)
#define GET_MS	   15000
#define ENOUGH_S   3600 /* of history */
#define NOTE_DAYS  14
#define BAD_DAYS   2
#define LONG_DAYS  3650

struct disk {
	char path[PATH_SIZE]; /* of the series; "" while it is not found */
	char instance[SLUG_MAX + 1];
	const struct family *family;
	const struct conf *conf;
	struct latest *latest;
};

/* Sums of a straight line's least squares; x in seconds from the first. */
struct line {
	double n, x, y, xx, xy, last_free;
	double first_s, last_s;
};

/* The mount point that holds a folder, by the longest one that begins it. */
static void
mount_point(const char *folder, char out[PATH_MAX])
{
	struct buf b;
	char real[PATH_MAX];
	size_t best = 0;

	(void)snprintf(out, PATH_MAX, "/");
	if (realpath(folder, real) == NULL)
		return;
	buf_init(&b, ANSWER_MAX);
	(void)file_read("/proc/self/mountinfo", &b, NULL);
	for (const char *p = b.data; *p != '\0';) {
		char point[PATH_MAX];
		size_t len;

		if (sscanf(p, "%*d %*d %*s %*s %4095s", point) == 1) {
			len = strlen(point);
			if (len > best && strncmp(real, point, len) == 0 &&
			    (real[len] == '/' || real[len] == '\0')) {
				best = len;
				memcpy(out, point, len + 1);
			}
		}
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	buf_done(&b);
}

static int
try_family(const struct family *f, void *arg)
{
	struct disk *d = arg;
	struct latest_entry e;
	struct path p = {.instance = ""};

	if (!role_in(f, ROLE_DISK_USED) || !role_in(f, ROLE_DISK_FREE))
		return 0;
	(void)snprintf(p.cluster, sizeof(p.cluster), "%s", d->conf->cluster);
	(void)snprintf(p.host, sizeof(p.host), "%s", d->conf->host);
	(void)snprintf(p.family, sizeof(p.family), "%s", f->name);
	(void)snprintf(p.instance, sizeof(p.instance), "%s", d->instance);
	(void)path_format(&p, d->path);
	if (latest_find(d->latest, d->path, &e, NULL) != 0) {
		d->path[0] = '\0';
		return 0;
	}
	d->family = f;
	return 1;
}

static void
add_point(struct line *l, double at_s, double used, double free_bytes)
{
	if (isnan(used) || isnan(free_bytes))
		return;
	if (l->n == 0)
		l->first_s = at_s;
	l->last_s = at_s;
	l->last_free = free_bytes;
	at_s -= l->first_s;
	l->n++;
	l->x += at_s;
	l->y += used;
	l->xx += at_s * at_s;
	l->xy += at_s * used;
}

/* The rows of `robin get --json` into the sums; false when it is not that. */
static bool
add_rows(const struct family *f, const struct buf *answer, struct line *l)
{
	cJSON *root = json_parse(answer->data, answer->len, ANSWER_MAX, NULL);
	double start_s = json_get_double(root, "start", NAN);
	double step_s = json_get_double(root, "step", NAN);
	const cJSON *rows = json_get_array(root, "rows"), *row, *cell;
	double values[FAMILY_METRICS_MAX];
	bool good = rows != NULL && !isnan(start_s) && !isnan(step_s);

	if (!good)
		rows = NULL;

	cJSON_ArrayForEach (row, rows) {
		size_t n = 0;

		cJSON_ArrayForEach (cell, row) {
			if (n < f->n_metrics)
				values[n++] = cJSON_IsNumber(cell)
						  ? cell->valuedouble
						  : NAN;
		}
		if (n == f->n_metrics)
			add_point(l, start_s,
				  role_sum(f, values, ROLE_DISK_USED),
				  role_sum(f, values, ROLE_DISK_FREE));
		start_s += step_s;
	}
	cJSON_Delete(root);
	return good;
}

static void
judge(const struct conf *c, const struct line *l, struct check_result *out)
{
	double span = l->n * l->xx - l->x * l->x, slope, days;

	if (l->last_s - l->first_s < ENOUGH_S || span <= 0) {
		check_says(out, CHECK_GOOD,
			   "under an hour of history says nothing yet");
		return;
	}
	slope = (l->n * l->xy - l->x * l->y) / span; /* bytes a second */
	days = slope > 0 ? l->last_free / slope / 86400 : INFINITY;
	if (days > LONG_DAYS) {
		check_says(out, CHECK_GOOD, "the disk does not fill up");
		return;
	}
	check_says(out,
		   days < BAD_DAYS    ? CHECK_BAD
		   : days < NOTE_DAYS ? CHECK_NOTE
				      : CHECK_GOOD,
		   "full in %.1f days as of the last %.0f hours: %.2f GB a "
		   "day, %.1f GB free",
		   days, (l->last_s - l->first_s) / 3600, slope * 86400 / 1e9,
		   l->last_free / 1e9);
	if (out->level == CHECK_GOOD)
		return;
	check_cause(out, "something on that disk grows");
	check_fix(out, "du -xh -d2 %.200s | sort -h | tail", c->state);
}

static void
measure(const struct conf *c, const struct disk *d, struct check_result *out)
{
	const char *argv[] = {"",	"get",	   d->path,  "--from", "now-1d",
			      "--json", "--state", c->state, NULL};
	struct line line = {0};
	struct err err = {0};
	struct buf answer;

	buf_init(&answer, ANSWER_MAX);
	if (capture("robin-store", (char **)(void *)argv, GET_MS, &answer,
		    &err) != 0 ||
	    !add_rows(d->family, &answer, &line)) {
		check_says(out, CHECK_NOTE, "%.60s: no rows: %.150s", d->path,
			   err.msg);
		check_cause(out, "the archive cannot be read");
		check_fix(out, "robin get %s --state %.200s", d->path,
			  c->state);
	} else
		judge(c, &line, out);
	buf_done(&answer);
}

void
check_runway(const struct conf *c, struct check_result *out)
{
	struct registry *registry = registry_new(c->state, NULL);
	struct disk d = {.conf = c, .latest = latest_open(c->state, NULL)};
	char point[PATH_MAX];

	mount_point(c->state, point);
	slug_make(point, strlen(point), d.instance);
	if (registry != NULL && d.latest != NULL)
		(void)registry_each(registry, try_family, &d);
	if (d.path[0] != '\0')
		measure(c, &d, out);
	else {
		check_says(out, CHECK_NOTE, "%.100s is not measured here",
			   point);
		check_cause(out, "no series of this host has its used and "
				 "free space");
		check_fix(out, "robin collect --once --state %.200s", c->state);
	}
	latest_close(&d.latest);
	registry_free(&registry);
}
