/* SPDX-License-Identifier: MIT */
/*
 * robin-store: the only writer of RRD files, and the subcommands that need
 * librrd.  Without a subcommand it is the daemon; --once applies what the log
 * holds and exits.
 */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/program.h"
#include "core/state.h"
#include "rrd/command.h"
#include "rrd/drain_now.h"
#include "rrd/store.h"
#include "rrd/store_impl.h"

static const struct program_word commands[] = {
    {"get", query_get_main},	     {"log", command_log_main},
    {"clock", command_clock_main},   {"rrd", command_rrd_main},
    {"backup", command_backup_main}, {"restore", command_restore_main},
    {"import", command_import_main},
};

static void
note(enum log_level level, const struct err *err, const char *path,
     const char *what)
{
	log_line(level, err, path, "%s", what);
}

/* Everything pending into the files; 0, or -1 with what is left. */
static int
drain_all(struct store *s, bool checkpoint, struct err *err)
{
	if (store_read(s, err) != 0 || store_apply_slice(s, 0, 1, 0, err) != 0)
		return -1;
	if ((checkpoint || store_checkpoint_due(s)) &&
	    store_checkpoint(s, err) != 0)
		return -1;
	if (s->n_pending > 0 && s->guard.suspect)
		return err_set(err, ERR_BUSY,
			       "the clock is suspect: see robin clock");
	if (s->n_pending > 0)
		return err_set(err, ERR_IO, "%zu records cannot be applied now",
			       s->n_pending);
	return 0;
}

static int
once(const char *state, bool checkpoint, struct store *s)
{
	struct err err = {0};
	int rc;

	rc = drain_or_open(s, state, checkpoint, &err);
	if (rc != 0)
		return rc > 0 ? EXIT_OK : program_fail(&err, "drain failed");
	rc = drain_all(s, checkpoint, &err);
	store_clean(s);
	store_close(s);
	return rc == 0 ? EXIT_OK : program_fail(&err, "drain failed");
}

static int
serve(const char *state, int drain_s, struct store *s)
{
	struct err err = {0};

	return store_daemon(s, state, drain_s, &err) == 0
		   ? EXIT_OK
		   : program_fail(&err, "stopped");
}

int
main(int argc, char **argv)
{
	static struct store store = {.note = note};
	static struct program program;
	bool run_once = false, checkpoint = false;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "once",
	     .type = OPT_FLAG,
	     .help = "Apply what the log holds, and exit",
	     .value = &run_once},
	    {.name = "checkpoint",
	     .type = OPT_FLAG,
	     .help = "With --once: make all files durable, too",
	     .value = &checkpoint},
	};
	const struct opt_command cmd = {
	    .name = "robin-store",
	    .synopsis = "",
	    .brief = "write samples from the log into RRD files",
	    .about = "The only writer of the RRD files below the state "
		     "folder.  Collectors append samples to the log; "
		     "robin-store applies them in batches per file, and "
		     "at once when a reader asks.  It recovers by itself "
		     "after a crash.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	};
	struct err err = {0};
	int rc;

	log_init("robin-store", LOG_LEVEL_INFO);
	if (program_word(commands, sizeof(commands) / sizeof(commands[0]), argc,
			 argv, &rc))
		return rc;
	if (opt_parse(&cmd, argc, argv, &err) < 0)
		return program_fail(&err, "usage");
	if (program_load(&program, &err) != 0)
		return program_fail(&err, "configuration");
	return run_once ? once(program.state, checkpoint, &store)
			: serve(program.state, program.conf.drain_s, &store);
}
