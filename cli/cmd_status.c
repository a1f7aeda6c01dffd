/* SPDX-License-Identifier: MIT */
/* robin status: show at a glance whether all is well. */
#include "cli/check.h"
#include "cli/cli.h"

static struct program program;
static bool json;

static const struct opt opts[] = {
    PROGRAM_STATE_S(program),
    PROGRAM_CONFIG_C(program),
    CLI_JSON(json),
};

static const struct opt_command command = {
    .name = "robin status",
    .brief = "show at a glance whether all is well",
    .about = "One line each for the processes, the page, the age of the newest "
	     "sample, refused samples, the log and the disk. good and note are "
	     "well; bad is not.",
    .exits = "The exit status is 1 when anything is bad.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
};

static int
run(int argc, char **argv)
{
	struct err err = {0};
	int n = cli_start(&program, &command, argc, argv, &err);

	if (n < 0)
		return opt_fail(&command, &err);
	return check_report(&program.conf, false, json);
}

const struct cli_command cmd_status = {
    "status", "show at a glance whether all is well", run};
