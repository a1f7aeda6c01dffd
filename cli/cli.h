/* SPDX-License-Identifier: MIT */
/*
 * The commands of `robin`: each cmd_NAME.c defines a const struct cli_command
 * of the file's name, and robin.c has them all from the folder listing.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "core/err.h"
#include "core/program.h"

struct cli_command {
	const char *name;  /* "put" */
	const char *brief; /* one line of `robin --help` */
	/* argv[0] is the program; returns the exit status. */
	int (*run)(int argc, char **argv);
};

#define CLI_JSON(flag)                                                         \
	{                                                                      \
		.name = "json", .type = OPT_FLAG, .value = &(flag),            \
		.help = "Write JSON"                                           \
	}

/* program_start, and --state laid over conf.state, which all here use. */
int cli_start(struct program *p, const struct opt_command *cmd, int argc,
	      char **argv, struct err *err);

/* The folder of the running program, absolute; where robin-NAME lie too. */
int cli_bin_folder(char *out, size_t size, struct err *err);

/*
 * Becomes the program NAME of the same folder with argv (argv[0] replaced).
 * Returns only on failure: ERR_NOT_FOUND when there is no such program.
 */
int cli_exec(const char *name, char **argv, struct err *err);

#endif
