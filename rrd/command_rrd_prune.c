/* SPDX-License-Identifier: MIT */
/* `robin rrd prune`: series that have been silent for long are removed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/program.h"
#include "core/when.h"
#include "rrd/command_rrd.h"
#include "rrd/drain_now.h"
#include "rrd/latest.h"
#include "rrd/rebuild.h"
#include "rrd/tree.h"
#include "rrd/wal.h"

struct run {
	const char *state, *pattern;
	int64_t before_s;
	bool dry;
	char **paths;
	size_t n, cap, n_removed;
	bool nomem;
};

/* Keeps the path of a series that is silent for long enough. */
static int
look(const struct latest_entry *e, void *arg)
{
	struct run *run = arg;
	char path[PATH_SIZE], when[CLOCK_RFC3339_SIZE];

	(void)path_format(&e->path, path);
	if (e->time_s >= run->before_s || !tree_match(run->pattern, path))
		return 0;
	if (run->n == run->cap) {
		size_t cap = run->cap == 0 ? 256 : 2 * run->cap;
		void *p = realloc(run->paths, cap * sizeof(*run->paths));

		run->nomem |= p == NULL;
		if (p == NULL)
			return 1;
		run->paths = p;
		run->cap = cap;
	}
	run->paths[run->n] = strdup(path);
	run->nomem |= run->paths[run->n] == NULL;
	if (run->nomem)
		return 1;
	run->n++;
	clock_rfc3339(e->time_s, when);
	(void)printf("%s silent since %s\n", path, when);
	return 0;
}

/* Says that a series is gone, unless it spoke in the meantime. */
static int
remove_series(struct wal *w, struct run *run, const char *path, struct err *err)
{
	size_t len = strlen(path);
	struct record r = {.type = RECORD_REPLACE,
			   .path = path,
			   .path_bytes = len,
			   .body = ""};
	struct table_slot *s;
	int rc;

	if (wal_begin(w, err) != 0)
		return -1;
	s = table_find(wal_table(w), table_hash(path, len), path, len);
	if (s == NULL || table_newest_s(s) >= run->before_s ||
	    table_newest_s(s) == 0) {
		wal_abort(w);
		return 0;
	}
	rc = wal_note(w, RECORD_REPLACE, clock_wall_s(), path, "", 0, err);
	if (rc == 0)
		rc = rebuild_apply(wal_table(w), &r, err);
	if (rc != 0) {
		wal_abort(w);
		return -1;
	}
	run->n_removed++;
	return wal_commit(w, err);
}

static int
remove_all(struct run *run, struct registry *registry, struct err *err)
{
	struct wal *w = wal_open(run->state, registry, err);
	int rc = w != NULL ? 0 : -1;

	for (size_t i = 0; i < run->n && rc == 0; i++)
		rc = remove_series(w, run, run->paths[i], err);
	wal_close(&w);
	return rc == 0 ? drain_now(run->state, err) : -1;
}

static int
prune(struct run *run, struct err *err)
{
	struct registry *registry = registry_new(run->state, err);
	struct latest *latest;
	int rc = 0;

	if (registry == NULL)
		return -1;
	/* what is in the log goes into its file first: a series with samples
	 * that could not be applied is not silent, and this fails */
	if (!run->dry && drain_now(run->state, err) != 0) {
		registry_free(&registry);
		return -1;
	}
	latest = latest_open(run->state, err);
	if (latest == NULL) {
		registry_free(&registry);
		return -1;
	}
	(void)latest_each(latest, look, run);
	latest_close(&latest);
	if (run->nomem)
		rc = err_set(err, ERR_NOMEM, "out of memory");
	if (rc == 0 && !run->dry && run->n > 0)
		rc = remove_all(run, registry, err);
	if (rc == 0)
		(void)printf("%zu series %s\n",
			     run->dry ? run->n : run->n_removed,
			     run->dry ? "would be removed" : "removed");
	for (size_t i = 0; i < run->n; i++)
		free(run->paths[i]);
	free(run->paths);
	registry_free(&registry);
	return rc;
}

int
command_rrd_prune(int argc, char **argv)
{
	static struct program program;
	struct run run = {0};
	const char *older = NULL;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "older-than",
	     .type = OPT_STRING,
	     .arg = "DURATION",
	     .help = "How long a series has been silent (90d); at least 1d",
	     .value = &older},
	    {.name = "dry-run",
	     .type = OPT_FLAG,
	     .help = "Only print what would be removed",
	     .value = &run.dry},
	};
	const struct opt_command cmd = {
	    .name = "robin rrd prune",
	    .synopsis = "--older-than DURATION [PATTERN]",
	    .brief = "remove series that have been silent for long",
	    .about =
		"Removes the archive, the last value and emptied folders of "
		"every series whose newest sample is older, and whose path "
		"matches PATTERN (all by default).  The history is gone "
		"then; make a backup first.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_max = 1,
	};
	struct err err = {0};
	int64_t age_s = 0;
	int rc = opt_parse(&cmd, argc, argv, &err);

	run.pattern = rc > 0 ? argv[1] : NULL;
	if (rc >= 0 && older == NULL)
		rc = err_set(&err, ERR_USAGE, "--older-than is needed");
	if (rc >= 0 &&
	    (when_duration(older, strlen(older), &age_s, NULL) != 0 ||
	     age_s < 86400))
		rc = err_set(&err, ERR_USAGE,
			     "--older-than %.40s: not a duration of a day or "
			     "more, like 90d",
			     older);
	if (rc < 0 || program_load(&program, &err) != 0)
		return opt_fail(&cmd, &err);
	run.state = program.state;
	run.before_s = clock_wall_s() - age_s;
	return prune(&run, &err) == 0 ? EXIT_OK : opt_fail(&cmd, &err);
}
