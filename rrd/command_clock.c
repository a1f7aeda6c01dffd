/* SPDX-License-Identifier: MIT */
/*
 * `robin clock`: whether the writer believes the wall clock, and what a
 * person says about it.  A running robin-store is asked; without one this
 * process is the writer for a moment.
 */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/program.h"
#include "rrd/command.h"
#include "rrd/drain.h"
#include "rrd/store.h"

#define ASK_MS 60000

static int
status(const char *state, struct err *err)
{
	char wall[CLOCK_RFC3339_SIZE], should[CLOCK_RFC3339_SIZE];
	struct timeguard_now now;
	struct timeguard g;

	if (timeguard_load(&g, state, err) != 0)
		return -1;
	timeguard_read(&now);
	clock_rfc3339(now.wall_s, wall);
	clock_rfc3339(timeguard_expected_s(&g, &now), should);
	(void)printf("clock: %s\n",
		     !g.known ? "not judged yet: nothing was stored"
		     : g.suspect
			 ? "suspect: samples are logged and not applied; "
			   "say robin clock accept or robin clock reject"
			 : "believed");
	(void)printf("wall clock: %s\nby the time since boot: %s\n"
		     "synchronised, says the kernel: %s\n"
		     "steps back seen: %llu\n",
		     wall, should, now.synced ? "yes" : "no",
		     (unsigned long long)g.n_backward);
	return g.suspect ? 1 : 0;
}

static void
note(enum log_level level, const struct err *err, const char *path,
     const char *what)
{
	log_line(level, err, path, "%s", what);
}

/* Says it as the writer, when no daemon is there to be told. */
static int
say_alone(const char *state, const char *word, struct err *err)
{
	static struct store s = {.note = note};
	int rc;

	if (store_open(&s, state, err) != 0)
		return -1;
	rc = strcmp(word, "accept") == 0 ? store_clock_accept(&s, err)
					 : store_clock_reject(&s, err);
	if (rc == 0)
		rc = store_apply_slice(&s, 0, 1, 0, err);
	store_clean(&s);
	store_close(&s);
	return rc;
}

static int
say(const char *state, const char *word, struct err *err)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "clock %s", word);
	if (drain_ask(state, line, ASK_MS, err) == 0)
		return 0;
	return err->code == ERR_NOT_FOUND ? say_alone(state, word, err) : -1;
}

int
command_clock_main(int argc, char **argv)
{
	static struct program program;
	const char *word;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	};
	const struct opt_command cmd = {
	    .name = "robin clock",
	    .synopsis = "[status|accept|reject]",
	    .brief = "show and settle doubts about the wall clock",
	    .about = "After a jump of the wall clock samples are logged and "
		     "acknowledged, and not applied to the archives.  This "
		     "ends by itself when the clock was synchronised for ten "
		     "minutes or comes back.  accept says that the clock is "
		     "right; reject discards the samples that came from the "
		     "jump.",
	    .exits = "1: the clock is suspect (status)",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_max = 1,
	};
	struct err err = {0};
	int rc = opt_parse(&cmd, argc, argv, &err);

	word = rc > 0 ? argv[1] : "status";
	if (rc >= 0 && strcmp(word, "status") != 0 &&
	    strcmp(word, "accept") != 0 && strcmp(word, "reject") != 0)
		rc = err_set(&err, ERR_USAGE,
			     "robin clock: unknown operand \"%s\"; there are: "
			     "status accept reject",
			     word);
	if (rc >= 0)
		rc = program_load(&program, &err);
	if (rc >= 0)
		rc = strcmp(word, "status") == 0
			 ? status(program.state, &err)
			 : say(program.state, word, &err);
	return rc < 0 ? program_fail(&err, "robin clock") : rc;
}
