/* SPDX-License-Identifier: MIT */
/* `robin rrd migrate`: archives get the layout that their family has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/program.h"
#include "rrd/command_rrd.h"
#include "rrd/drain_now.h"
#include "rrd/layout.h"
#include "rrd/rebuild.h"
#include "rrd/rrdhead.h"
#include "rrd/tree.h"
#include "rrd/wal.h"

#define BATCH 64 /* series in one commit */

/* A series whose archive is to change. */
struct job {
	char *path, *layout;
};

struct run {
	const char *state, *pattern, *profile;
	bool dry;
	struct registry *registry;
	struct job *jobs;
	size_t n_jobs, cap_jobs, n_files;
	struct err *err;
};

/* Gives a family the profile, once. */
static const struct family *
family_of(struct run *run, const char *name)
{
	const struct family *f = registry_find(run->registry, name, run->err);
	static struct family changed; /* borrowed by the caller for one file */

	if (f == NULL || run->profile == NULL ||
	    (f->profile != NULL && strcmp(f->profile, run->profile) == 0))
		return f;
	changed = *f;
	changed.profile = run->profile;
	if (!run->dry && registry_put(run->registry, &changed, run->err) < 0)
		return NULL;
	return &changed;
}

static int
add_job(struct run *run, const char *path, const char *layout)
{
	if (run->n_jobs == run->cap_jobs) {
		size_t cap = run->cap_jobs == 0 ? 256 : 2 * run->cap_jobs;
		void *p = realloc(run->jobs, cap * sizeof(*run->jobs));

		if (p == NULL)
			goto nomem;
		run->jobs = p;
		run->cap_jobs = cap;
	}
	run->jobs[run->n_jobs] =
	    (struct job){.path = strdup(path), .layout = strdup(layout)};
	run->n_jobs++;
	if (run->jobs[run->n_jobs - 1].path != NULL &&
	    run->jobs[run->n_jobs - 1].layout != NULL)
		return 0;
nomem:
	return err_set(run->err, ERR_NOMEM, "out of memory");
}

static int
look(const struct tree_file *f, void *arg)
{
	struct run *run = arg;
	const struct family *family;
	struct buf have, want;
	struct rrdhead h;
	int rc = 0;

	run->n_files++;
	/* a damaged file is the writer's to put aside */
	if (rrdhead_load(&h, f->name, NULL, NULL) != 0)
		return 0;
	buf_init(&have, 65536);
	buf_init(&want, 65536);
	family = family_of(run, f->parts.family);
	if (family == NULL || layout_text(family, &want, run->err) != 0) {
		/* an orphan stays as it is */
		rc = run->err->code == ERR_NOT_FOUND ? 0 : -1;
	} else {
		rrdhead_layout(&h, &have);
		if (strcmp(have.data, want.data) != 0)
			rc = add_job(run, f->path, want.data);
		if (rc == 0 && strcmp(have.data, want.data) != 0 && run->dry)
			(void)printf("%s\n- %s\n+ %s\n", f->path, have.data,
				     want.data);
	}
	buf_done(&have);
	buf_done(&want);
	rrdhead_done(&h);
	return rc;
}

/* One REPLACE for each of n series; the table learns the new layout. */
static int
replace(struct wal *w, const struct job *jobs, size_t n, struct err *err)
{
	int64_t now_s = clock_wall_s();

	if (wal_begin(w, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (wal_note(w, RECORD_REPLACE, now_s, jobs[i].path,
			     jobs[i].layout, strlen(jobs[i].layout),
			     err) != 0) {
			wal_abort(w);
			return -1;
		}
	if (wal_commit(w, err) != 0 || wal_begin(w, err) != 0)
		return -1;
	/* the log first: whoever appends in between says it again */
	for (size_t i = 0; i < n; i++) {
		struct record r = {.type = RECORD_REPLACE,
				   .time_s = now_s,
				   .path = jobs[i].path,
				   .path_bytes = strlen(jobs[i].path),
				   .body = jobs[i].layout,
				   .body_bytes = strlen(jobs[i].layout)};

		if (rebuild_apply(wal_table(w), &r, err) != 0) {
			wal_abort(w);
			return -1;
		}
	}
	wal_abort(w);
	return 0;
}

static int
migrate(struct run *run, struct err *err)
{
	struct wal *w = wal_open(run->state, run->registry, err);
	int rc = 0;

	if (w == NULL)
		return -1;
	for (size_t i = 0; i < run->n_jobs && rc == 0; i += BATCH)
		rc = replace(w, run->jobs + i,
			     run->n_jobs - i < BATCH ? run->n_jobs - i : BATCH,
			     err);
	wal_close(&w);
	return rc == 0 ? drain_now(run->state, err) : -1;
}

static int
run_all(struct run *run, struct err *err)
{
	int rc;

	run->registry = registry_new(run->state, err);
	if (run->registry == NULL)
		return -1;
	run->err = err;
	rc = tree_each(run->state, run->pattern, look, run, err);
	if (rc == 0 && run->n_files == 0)
		rc = err_set(err, ERR_NOT_FOUND, "%s: matches no series",
			     run->pattern);
	if (rc == 0 && !run->dry && run->n_jobs > 0)
		rc = migrate(run, err);
	if (rc == 0)
		(void)printf("%zu of %zu archives %s\n", run->n_jobs,
			     run->n_files,
			     run->dry ? "would change" : "changed");
	for (size_t i = 0; i < run->n_jobs; i++) {
		free(run->jobs[i].path);
		free(run->jobs[i].layout);
	}
	free(run->jobs);
	registry_free(&run->registry);
	return rc;
}

static int
check_profile(const char *profile, struct err *err)
{
	size_t n = 0;

	while (layout_profiles[n] != NULL)
		if (strcmp(layout_profiles[n++], profile) == 0)
			return 0;
	return err_set(err, ERR_USAGE, "unknown profile %.60s (there is: %s …)",
		       profile, layout_profiles[0]);
}

int
command_rrd_migrate(int argc, char **argv)
{
	static struct program program;
	struct run run = {0};
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "profile",
	     .type = OPT_STRING,
	     .arg = "NAME",
	     .help = "Give the families of these series another profile first",
	     .value = &run.profile},
	    {.name = "dry-run",
	     .type = OPT_FLAG,
	     .help = "Only print which archives would change, and how",
	     .value = &run.dry},
	};
	const struct opt_command cmd = {
	    .name = "robin rrd migrate",
	    .synopsis = "PATTERN",
	    .brief = "give archives the layout of their family",
	    .about =
		"The writer does this by itself when a sample shows that a "
		"family has changed; this is for series that are silent, "
		"and for another profile.  Rows are kept at every resolution "
		"both layouts have, and are made from the finest ones "
		"elsewhere.  --profile changes the whole family, other "
		"series of it at their next sample; the families of "
		"collectors take theirs from `profile` in the configuration.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct err err = {0};
	int rc = opt_parse(&cmd, argc, argv, &err);

	if (rc >= 0 && run.profile != NULL)
		rc = check_profile(run.profile, &err);
	if (rc < 0 || program_load(&program, &err) != 0)
		return opt_fail(&cmd, &err);
	run.state = program.state;
	run.pattern = argv[1];
	return run_all(&run, &err) == 0 ? EXIT_OK : opt_fail(&cmd, &err);
}
