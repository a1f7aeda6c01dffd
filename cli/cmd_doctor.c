/* SPDX-License-Identifier: MIT */
/* robin doctor: find what is wrong and say how to mend it. */
#include "cli/check.h"
#include "cli/cli.h"

static const struct opt_command command = {
    .name = "robin doctor",
    .brief = "find what is wrong and say how to mend it",
    .about = "Runs every check there is and writes the evidence; where "
	     "something is not well, also the cause and the exact command that "
	     "mends it. Nothing is changed.",
    .exits = "The exit status is 1 when anything is bad.",
};

static int
run(int argc, char **argv)
{
	return check_main(&command, true, argc, argv);
}

const struct cli_command cmd_doctor = {
    "doctor", "find what is wrong and say how to mend it", run};
