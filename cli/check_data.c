/* SPDX-License-Identifier: MIT */
/* Checks of what is stored: its age, its gaps, what was refused, the log. */
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/check.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/registry.h"
#include "core/state.h"
#include "rrd/latest.h"
#include "rrd/wal.h"

#define LOG_LARGE_BYTES (INT64_C(512) * 1024 * 1024)
#define REFUSED_SHARE	100 /* over one in so many is worth a note */
#define STALE_BEATS	3   /* heartbeats without a sample */

struct ages {
	struct registry *registry;
	int64_t now_s, newest_s;
	size_t n, n_stale;
	int64_t oldest_s;
	char stalest[PATH_SIZE];
};

static int
look_at(const struct latest_entry *e, void *arg)
{
	struct ages *a = arg;
	const struct family *f;
	struct err err;
	int64_t beat_s = 120;

	a->n++;
	if (e->time_s > a->newest_s)
		a->newest_s = e->time_s;
	f = registry_find(a->registry, e->path.family, &err);
	if (f != NULL)
		beat_s = f->heartbeat_s;
	if (a->now_s - e->time_s <= STALE_BEATS * beat_s)
		return 0;
	if (a->n_stale++ == 0 || e->time_s < a->oldest_s) {
		a->oldest_s = e->time_s;
		(void)path_format(&e->path, a->stalest);
	}
	return 0;
}

/* Goes over the latest table; false (and the result filled) without one. */
static bool
look_at_all(const struct conf *c, struct ages *a, struct check_result *out)
{
	struct err err = {0};
	struct latest *l = latest_open(c->state, &err);

	*a = (struct ages){.now_s = clock_wall_s()};
	if (l != NULL)
		a->registry = registry_new(c->state, &err);
	if (a->registry == NULL) {
		latest_close(&l);
		if (err.code == ERR_NOT_FOUND)
			check_says(out, CHECK_BAD, "nothing is stored yet");
		else
			check_says(out, CHECK_BAD, "%.200s", err.msg);
		check_cause(out, "no collector has run with this state folder");
		check_fix(out, "robin collect --once --state %s", c->state);
		return false;
	}
	(void)latest_each(l, look_at, a);
	registry_free(&a->registry);
	latest_close(&l);
	return true;
}

void
check_age(const struct conf *c, struct check_result *out)
{
	struct ages a;
	int64_t age_s;

	if (!look_at_all(c, &a, out))
		return;
	age_s = a.now_s - a.newest_s;
	check_says(out, age_s > c->status_stale_s ? CHECK_BAD : CHECK_GOOD,
		   "the newest of %zu series is %" PRId64 " s old", a.n, age_s);
	if (out->level == CHECK_GOOD)
		return;
	check_cause(out, "no collector runs, or the clock went back");
	check_fix(out, "robin collect --state %s", c->state);
}

void
check_series(const struct conf *c, struct check_result *out)
{
	struct ages a;

	if (!look_at_all(c, &a, out))
		return;
	if (a.n_stale == 0) {
		check_says(out, CHECK_GOOD, "all %zu series are fresh", a.n);
		return;
	}
	check_says(out, a.n_stale == a.n ? CHECK_BAD : CHECK_NOTE,
		   "%zu of %zu series have had no sample for %d heartbeats; "
		   "the longest: %.100s",
		   a.n_stale, a.n, STALE_BEATS, a.stalest);
	check_cause(out, "its source is gone, or its collector fails");
	check_fix(out, "robin collect --once --state %s", c->state);
}

void
check_refused(const struct conf *c, struct check_result *out)
{
	uint64_t stored, refused = 0, most = 0;
	unsigned worst = WAL_OLD;
	struct latest *l = latest_open(c->state, NULL);

	if (l == NULL) {
		check_says(out, CHECK_GOOD, "no sample was refused yet");
		return;
	}
	stored = latest_counter(l, WAL_STORED);
	for (unsigned i = WAL_STORED + 1; i < WAL_VERDICT__MAX; i++) {
		uint64_t n = latest_counter(l, i);

		refused += n;
		if (n > most) {
			most = n;
			worst = i;
		}
	}
	latest_close(&l);
	check_says(out, CHECK_GOOD,
		   "%" PRIu64 " samples stored, %" PRIu64 " refused", stored,
		   refused);
	if (refused * REFUSED_SHARE <= stored)
		return;
	out->level = CHECK_NOTE;
	check_cause(out, "most were %s", wal_verdict_text(worst));
	check_fix(out, "robin log --help");
}

void
check_log(const struct conf *c, struct check_result *out)
{
	char path[PATH_MAX];
	int64_t bytes = 0;
	size_t n = 0;
	struct dirent *d;
	DIR *dir;

	if (state_path(c->state, STATE_LOG, path, sizeof(path), NULL) != 0 ||
	    (dir = opendir(path)) == NULL) {
		check_says(out, CHECK_NOTE, "there is no log yet");
		check_cause(out, "nothing was stored with this state folder");
		check_fix(out, "robin collect --once --state %s", c->state);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		struct stat st;

		if (d->d_name[0] == '.' ||
		    fstatat(dirfd(dir), d->d_name, &st, 0) != 0)
			continue;
		bytes += st.st_size;
		n++;
	}
	(void)closedir(dir);
	check_says(out, bytes > LOG_LARGE_BYTES ? CHECK_BAD : CHECK_GOOD,
		   "%.1f MB in %zu files", (double)bytes / 1e6, n);
	if (out->level == CHECK_GOOD)
		return;
	check_cause(out, "nobody applies the log to the archives");
	check_fix(out, "robin store --once --state %s", c->state);
}

void
check_schema(const struct conf *c, struct check_result *out)
{
	char path[PATH_MAX], name[FAMILY_MAX + 1];
	struct registry *r = registry_new(c->state, NULL);
	size_t good = 0, bad = 0;
	struct dirent *d;
	struct err err;
	DIR *dir = NULL;

	if (r != NULL &&
	    state_path(c->state, STATE_FAMILIES, path, sizeof(path), NULL) == 0)
		dir = opendir(path);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		size_t len = strcspn(d->d_name, ".");

		if (strcmp(d->d_name + len, ".json") != 0 || len > FAMILY_MAX)
			continue;
		memcpy(name, d->d_name, len);
		name[len] = '\0';
		if (registry_find(r, name, &err) != NULL) {
			good++;
			continue;
		}
		if (bad++ == 0) {
			check_cause(out, "%.250s", err.msg);
			check_fix(out,
				  "rm %.200s/%.60s && robin collect "
				  "--once --state %.200s",
				  path, d->d_name, c->state);
		}
	}
	if (dir != NULL)
		(void)closedir(dir);
	registry_free(&r);
	check_says(out, bad > 0 ? CHECK_BAD : CHECK_GOOD,
		   "%zu families are readable, %zu are not", good, bad);
}
