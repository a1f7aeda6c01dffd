/* SPDX-License-Identifier: MIT */
/* robin status: show at a glance whether all is well. */
#include "cli/check.h"
#include "cli/cli.h"

static const struct opt_command command = {
    .name = "robin status",
    .brief = "show at a glance whether all is well",
    .about = "One line each for the processes, the page, the age of the newest "
	     "sample, refused samples, the log and the disk. good and note are "
	     "well; bad is not.",
    .exits = "The exit status is 1 when anything is bad.",
};

static int
run(int argc, char **argv)
{
	return check_main(&command, false, argc, argv);
}

const struct cli_command cmd_status = {
    "status", "show at a glance whether all is well", run};
