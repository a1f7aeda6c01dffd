/* SPDX-License-Identifier: MIT */
/* `robin rrd check`: are the archives as they must be. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/json.h"
#include "core/program.h"
#include "core/state.h"
#include "rrd/archive.h"
#include "rrd/check.h"
#include "rrd/command_rrd.h"
#include "rrd/cursor.h"
#include "rrd/gate.h"
#include "rrd/latest.h"

#define STAT_BYTES 128
#define DEF_BYTES  120

struct known {
	char *path;
	struct check_base *base;
};

struct run {
	struct check check;
	const char *pattern;
	bool json;
	struct buf out;
	size_t n_files, n_faults;
	void *bases; /* tsearch tree of struct known */
};

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->path,
		      ((const struct known *)b)->path);
}

static void
free_known(void *p)
{
	struct known *k = p;

	free(k->path);
	free(k->base);
	free(k);
}

static const struct check_base *
find_base(const char *path, void *arg)
{
	struct run *run = arg;
	struct known key = {.path = (char *)(uintptr_t)path};
	void *node = tfind(&key, &run->bases, by_path);

	return node != NULL ? (*(struct known **)node)->base : NULL;
}

static void
forget_base(struct run *run, const char *path)
{
	struct known key = {.path = (char *)(uintptr_t)path};
	void *node = tfind(&key, &run->bases, by_path);
	struct known *k = node != NULL ? *(struct known **)node : NULL;

	if (k == NULL)
		return;
	(void)tdelete(k, &run->bases, by_path);
	free_known(k);
}

/* Keeps the row pointers that a logged header ends with. */
static int
keep_base(struct run *run, const struct record *r,
	  const struct record_image *image)
{
	const char *body = r->body + sizeof(*image);
	uint64_t n_defs = (image->offset - STAT_BYTES) / DEF_BYTES, n_ds, n_rra;
	struct known *k;

	/* 16 + 112 ds + (80 ds + 8) rra bytes, and ds + rra are known */
	for (n_ds = 1; n_ds < n_defs; n_ds++)
		if (16 + 112 * n_ds + (80 * n_ds + 8) * (n_defs - n_ds) ==
		    image->image_bytes)
			break;
	if (n_ds >= n_defs)
		return 0;
	if (r->type == RECORD_SWAP)
		forget_base(run, r->path);
	if (find_base(r->path, run) != NULL)
		return 0;
	n_rra = n_defs - n_ds;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return -1;
	k->path = strdup(r->path);
	k->base = calloc(1, sizeof(*k->base) + 8 * n_rra);
	if (k->path == NULL || k->base == NULL ||
	    tsearch(k, &run->bases, by_path) == NULL) {
		free_known(k);
		return -1;
	}
	memcpy(&k->base->last_s, body, 8);
	k->base->static_hash = image->static_hash;
	k->base->n_rra = n_rra;
	memcpy(k->base->cur_row, body + image->image_bytes - 8 * n_rra,
	       8 * n_rra);
	return 0;
}

/* The first header of each path since it was last replaced. */
static int
read_bases(struct run *run, struct err *err)
{
	struct wal_pos oldest = {0};
	struct record_image image;
	struct cursor c;
	struct record r;
	int rc;

	if (cursor_init(&c, run->check.state, &oldest, err) != 0)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	while ((rc = cursor_next(&c, 0, &r, err)) > 0) {
		cursor_release(&c, c.at.segment);
		if (record_image_get(&r, &image) != 0 ||
		    image.file_bytes == 0 || image.offset < STAT_BYTES)
			continue;
		if (keep_base(run, &r, &image) != 0) {
			rc = err_set(err, ERR_NOMEM, "out of memory");
			break;
		}
	}
	cursor_done(&c);
	return rc < 0 ? -1 : 0;
}

static void
found(const char *path, enum check_fault fault, const char *text, void *arg)
{
	struct run *run = arg;

	run->n_faults++;
	if (!run->json) {
		(void)printf("%s: %s: %s\n\tfix: %s\n", path, check_word(fault),
			     text, check_fix(fault));
		return;
	}
	if (run->n_faults > 1)
		buf_char(&run->out, ',');
	buf_char(&run->out, '{');
	json_key(&run->out, "path");
	json_string(&run->out, path);
	json_key(&run->out, "fault");
	json_string(&run->out, check_word(fault));
	json_key(&run->out, "text");
	json_string(&run->out, text);
	json_key(&run->out, "fix");
	json_string(&run->out, check_fix(fault));
	buf_char(&run->out, '}');
}

static int
each_file(const struct tree_file *f, void *arg)
{
	struct run *run = arg;

	run->n_files++;
	(void)check_file(&run->check, f);
	return 0;
}

/* Series that have samples and no file, long after they should. */
static int
each_entry(const struct latest_entry *e, void *arg)
{
	struct run *run = arg;
	char path[PATH_SIZE], name[PATH_MAX];

	(void)path_format(&e->path, path);
	if (!tree_match(run->pattern, path) ||
	    run->check.now_s - e->time_s <= 2 * run->check.drain_s ||
	    archive_name(run->check.state, path, name, NULL) != 0 ||
	    access(name, F_OK) == 0)
		return 0;
	found(path, CHECK_MISSING, "it has samples and no file", run);
	return 0;
}

static void
print(const struct run *run)
{
	if (!run->json) {
		(void)printf("%zu files, %zu faults\n", run->n_files,
			     run->n_faults);
		return;
	}
	(void)printf("{\"files\":%zu,\"faults\":[%s]}\n", run->n_files,
		     run->out.data);
}

static int
check_all(struct run *run, struct err *err)
{
	struct gate gate = {.fd = -1};
	int rc = -1;

	run->check.registry = registry_new(run->check.state, err);
	if (run->check.registry == NULL)
		return -1;
	/* without a gate nothing was ever written here */
	if (gate_open(&gate, run->check.state, NULL) == 0)
		run->check.gate = &gate;
	run->check.latest = latest_open(run->check.state, NULL);
	if (read_bases(run, err) == 0)
		rc = tree_each(run->check.state, run->pattern, each_file, run,
			       err);
	if (rc == 0 && run->check.latest != NULL)
		(void)latest_each(run->check.latest, each_entry, run);
	if (rc == 0)
		print(run);
	latest_close(&run->check.latest);
	gate_close(&gate);
	registry_free(&run->check.registry);
	tdestroy(run->bases, free_known);
	return rc;
}

int
command_rrd_check(int argc, char **argv)
{
	static struct program program;
	static struct run run;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "json",
	     .type = OPT_FLAG,
	     .help = "Print one JSON document",
	     .value = &run.json},
	};
	const struct opt_command cmd = {
	    .name = "robin rrd check",
	    .synopsis = "[PATTERN]",
	    .brief = "look whether the archives are as they must be",
	    .about =
		"Reads every archive whose path matches PATTERN "
		"(local/*/cpu*; all by default) and says what is wrong with "
		"it and what helps: damage, holes, a layout that is not its "
		"family's, row pointers that are not where time puts them, "
		"resolutions that contradict each other, samples that did "
		"not arrive.  Changes nothing and may run at any time.",
	    .exits = "1 when something is wrong with an archive",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_max = 1,
	};
	struct err err = {0};
	int rc = program_start(&program, &cmd, argc, argv, &err);

	if (rc < 0)
		return opt_fail(&cmd, &err);
	run.pattern = rc > 0 ? argv[1] : NULL;
	run.check.state = program.state;
	run.check.now_s = clock_wall_s();
	run.check.drain_s = program.conf.drain_s;
	run.check.base = find_base;
	run.check.found = found;
	run.check.base_arg = run.check.arg = &run;
	buf_init(&run.out, 64 << 20);
	rc = check_all(&run, &err);
	buf_done(&run.out);
	if (rc != 0)
		return opt_fail(&cmd, &err);
	return run.n_faults > 0 ? EXIT_FAIL : EXIT_OK;
}
