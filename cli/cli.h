/* SPDX-License-Identifier: MIT */
/*
 * The commands of `robin`: each cmd_NAME.c defines a const struct cli_command
 * of the file's name, and robin.c has them all from the folder listing.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "core/conf.h"
#include "core/err.h"
#include "core/opt.h"

struct cli_command {
	const char *name;  /* "put" */
	const char *brief; /* one line of `robin --help` */
	/* argv[0] is the program; returns the exit status. */
	int (*run)(int argc, char **argv);
};

/* Where a command works: --state and --config, and what they led to. */
struct cli_env {
	const char *state_arg;	/* NULL: not given */
	const char *config_arg; /* NULL: not given */
	struct conf conf;	/* conf.state is the state folder to use */
};

/* Rows for --state and --config of a static struct cli_env. */
#define CLI_STATE(env)                                                         \
	{                                                                      \
		.name = "state", .letter = 's', .type = OPT_STRING,            \
		.arg = "DIR", .value = &(env).state_arg,                       \
		.help = "State folder; the configuration's by default"         \
	}
#define CLI_CONFIG(env)                                                        \
	{                                                                      \
		.name = "config", .letter = 'c', .type = OPT_STRING,           \
		.arg = "FILE", .value = &(env).config_arg,                     \
		.help = "Configuration file instead of " CONF_FILE             \
	}
#define CLI_JSON(flag)                                                         \
	{                                                                      \
		.name = "json", .type = OPT_FLAG, .value = &(flag),            \
		.help = "Write JSON"                                           \
	}

/*
 * Loads the configuration and lays --state over it.  ERR_CONFIG or ERR_USAGE.
 */
int cli_env_load(struct cli_env *env, struct err *err);

/* The folder of the running program, absolute; where robin-NAME lie too. */
int cli_bin_folder(char *out, size_t size, struct err *err);

/*
 * Becomes the program NAME of the same folder with argv (argv[0] replaced).
 * Returns only on failure: ERR_NOT_FOUND when there is no such program.
 */
int cli_exec(const char *name, char **argv, struct err *err);

#endif
