/* SPDX-License-Identifier: MIT */
/* `robin backup` and `robin restore`. */
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/program.h"
#include "rrd/backup.h"
#include "rrd/command.h"
#include "rrd/drain_now.h"
#include "rrd/restore.h"

/* One line on a terminal, ten times a second. */
static void
show_progress(const struct backup_count *c, size_t total)
{
	static int64_t next_ms;
	int64_t now_ms = clock_boot_ms();

	if (now_ms < next_ms && c->n_files < total)
		return;
	next_ms = now_ms + 100;
	(void)fprintf(stderr, "\r%zu of %zu files, %.1f MB ", c->n_files, total,
		      (double)c->bytes / 1e6);
}

static backup_progress *
progress(void)
{
	return isatty(STDERR_FILENO) ? show_progress : NULL;
}

static void
progress_end(void)
{
	if (isatty(STDERR_FILENO))
		(void)fputs("\r\033[K", stderr);
}

static int
make(const char *state, const char *dir, bool full, struct err *err)
{
	struct backup_count c = {0};

	/* a misspelt state must not be made */
	if (access(state, F_OK) != 0)
		return err_set(err, ERR_NOT_FOUND, "%s: no such state folder",
			       state);
	if (drain_now(state, err) != 0 ||
	    backup_make(state, dir, full, progress(), &c, err) != 0)
		return -1;
	progress_end();
	(void)printf("%zu files, %zu of them unchanged, %.1f MB written\n",
		     c.n_files, c.n_linked, (double)c.bytes / 1e6);
	return 0;
}

static int
verify(const char *dir, struct err *err)
{
	struct backup_count c = {0};

	if (backup_verify(dir, progress(), &c, err) != 0)
		return -1;
	progress_end();
	(void)printf("%zu files, %.1f MB, as they were backed up\n", c.n_files,
		     (double)c.bytes / 1e6);
	return 0;
}

int
command_backup_main(int argc, char **argv)
{
	static struct program program;
	bool full = false, check = false;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "full",
	     .type = OPT_FLAG,
	     .help = "Copy unchanged files too, not only link them",
	     .value = &full},
	    {.name = "verify",
	     .type = OPT_FLAG,
	     .help = "Make none; read the one in DIR and compare sums",
	     .value = &check},
	};
	const struct opt_command cmd = {
	    .name = "robin backup",
	    .synopsis = "DIR",
	    .brief = "copy the state folder, consistently",
	    .about =
		"Copies archives, families and events into DIR while "
		"everything goes on running.  DIR is new, empty or an "
		"earlier backup, which stays whole until the new one is; "
		"files that did not change since are links to the copies of "
		"then.  Everything acknowledged before the start is in it.  "
		"Tokens and keys are not.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct err err = {0};
	int rc = program_start(&program, &cmd, argc, argv, &err);

	if (rc < 0)
		return opt_fail(&cmd, &err);
	rc = check ? verify(argv[1], &err)
		   : make(program.state, argv[1], full, &err);
	return rc == 0 ? EXIT_OK : opt_fail(&cmd, &err);
}

int
command_restore_main(int argc, char **argv)
{
	static struct program program;
	bool force = false;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "force",
	     .type = OPT_FLAG,
	     .help = "Replace the series that are there",
	     .value = &force},
	};
	const struct opt_command cmd = {
	    .name = "robin restore",
	    .synopsis = "DIR",
	    .brief = "put a backup back",
	    .about =
		"Puts the backup in DIR in the state folder's place.  All "
		"sums are verified before anything is touched; a state that "
		"holds series is refused without --force, and one that "
		"robin-store works on always.  An interrupted restore is "
		"finished by the next start.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct backup_count c = {0};
	struct err err = {0};
	int rc = program_start(&program, &cmd, argc, argv, &err);

	if (rc < 0 || restore_run(argv[1], program.state, force, progress(), &c,
				  &err) != 0)
		return opt_fail(&cmd, &err);
	progress_end();
	(void)printf("%zu files, %.1f MB restored\n", c.n_files,
		     (double)c.bytes / 1e6);
	return EXIT_OK;
}
