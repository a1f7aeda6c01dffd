/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of robin-alert, a file each (do_NAME.c); argv[0] is the
 * subcommand's word, the result is the process's exit code.
 */
#ifndef ALERT_COMMAND_H
#define ALERT_COMMAND_H

#include "core/conf.h"
#include "core/err.h"
#include "core/opt.h"

/* The options every one of them has; the table's first rows. */
struct common {
	const char *state;
	const char *config;
	const char *rules;
	struct conf conf;
	char rules_file[4096];
};

#define COMMON_OPTS(c)                                                         \
	{.name = "state",                                                      \
	 .type = OPT_STRING,                                                   \
	 .arg = "DIR",                                                         \
	 .help = "State folder",                                               \
	 .value = &(c)->state},                                                \
	    {.name = "config",                                                 \
	     .type = OPT_STRING,                                               \
	     .arg = "FILE",                                                    \
	     .help = "Configuration file",                                     \
	     .value = &(c)->config},                                           \
	{                                                                      \
		.name = "rules", .type = OPT_STRING, .arg = "FILE",            \
		.help = "Alert file; else alerts.yml beside the "              \
			"configuration",                                       \
		.value = &(c)->rules                                           \
	}

/*
 * Loads the configuration and fills in state and rules.  The alert file is
 * --rules, else alerts.yml in the folder of --config, else the usual place;
 * NULL when there is none.
 */
int common_load(struct common *c, struct err *err);

int do_list(int argc, char **argv);
int do_silence(int argc, char **argv);
int do_ack(int argc, char **argv);
int do_events(int argc, char **argv);
int do_test(int argc, char **argv);
int do_check(int argc, char **argv);
int do_backtest(int argc, char **argv);
int do_rules(int argc, char **argv);

#endif
