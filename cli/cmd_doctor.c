/* SPDX-License-Identifier: MIT */
/* robin doctor: find what is wrong and say how to mend it. */
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
    .name = "robin doctor",
    .brief = "find what is wrong and say how to mend it",
    .about = "Runs every check there is and writes the evidence; where "
	     "something is not well, also the cause and the exact command that "
	     "mends it. Nothing is changed.",
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
	return check_report(&program.conf, true, json);
}

const struct cli_command cmd_doctor = {
    "doctor", "find what is wrong and say how to mend it", run};
