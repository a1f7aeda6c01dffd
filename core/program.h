/* SPDX-License-Identifier: MIT */
/*
 * How every program and command begins: its command line, the configuration
 * that leads to, the state folder to work in; and how it ends when that
 * fails.
 */
#ifndef CORE_PROGRAM_H
#define CORE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/conf.h"
#include "core/err.h"
#include "core/opt.h"

struct program {
	const char *state;  /* --state, else NULL; once loaded, the folder */
	const char *config; /* --config, else NULL */
	struct conf conf;
};

/* Option rows of a struct program; the first two are what commands have that
 * the front program offers as its own. */
#define PROGRAM_STATE_S(program)                                               \
	{                                                                      \
		.name = "state", .letter = 's', .type = OPT_STRING,            \
		.arg = "DIR", .value = &(program).state,                       \
		.help = "State folder; the configuration's by default"         \
	}
#define PROGRAM_CONFIG_C(program)                                              \
	{                                                                      \
		.name = "config", .letter = 'c', .type = OPT_STRING,           \
		.arg = "FILE", .value = &(program).config,                     \
		.help = "Configuration file instead of " CONF_FILE             \
	}
#define PROGRAM_STATE(program)                                                 \
	{                                                                      \
		.name = "state", .type = OPT_STRING, .arg = "DIR",             \
		.help = "State folder", .value = &(program).state              \
	}
#define PROGRAM_CONFIG(program)                                                \
	{                                                                      \
		.name = "config", .type = OPT_STRING, .arg = "FILE",           \
		.help = "Configuration file", .value = &(program).config       \
	}

/* Reads the configuration and settles the state folder. */
int program_load(struct program *p, struct err *err);

/*
 * opt_parse and program_load: the number of operands, now argv[1…n]; or
 * less than 0, which opt_fail and program_fail know what to do about (err
 * begins as {0}).
 */
int program_start(struct program *p, const struct opt_command *cmd, int argc,
		  char **argv, struct err *err);

/*
 * For programs that log: one line, what and the error (none for ERR_NONE);
 * the exit status.  Commands for people end with opt_fail.
 */
int program_fail(const struct err *err, const char *what);

/* A word after a program's name that is a command of its own. */
struct program_word {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the word */
};

/* Whether argv[1] is one of the n words; it is then run, with its status. */
bool program_word(const struct program_word *words, size_t n, int argc,
		  char **argv, int *status);

#endif
