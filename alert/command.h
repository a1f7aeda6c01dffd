/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of robin-alert, a file each (do_NAME.c); argv[0] is the
 * subcommand's word, the result is the process's exit code.
 */
#ifndef ALERT_COMMAND_H
#define ALERT_COMMAND_H

#include "core/err.h"
#include "core/program.h"

/* The options every one of them has; the table's first rows. */
struct common {
	struct program program;
	const char *rules;
	char rules_file[4096];
};

#define COMMON_OPTS(c)                                                         \
	PROGRAM_STATE((c)->program), PROGRAM_CONFIG((c)->program),             \
	{                                                                      \
		.name = "rules", .type = OPT_STRING, .arg = "FILE",            \
		.help = "Alert file; else alerts.yml beside the "              \
			"configuration",                                       \
		.value = &(c)->rules                                           \
	}

/*
 * program_load and program_start, and the alert file settled: --rules, else
 * alerts.yml in the folder of --config, else the usual place; NULL when there
 * is none.
 */
int common_load(struct common *c, struct err *err);
int common_start(struct common *c, const struct opt_command *cmd, int argc,
		 char **argv, struct err *err);

int do_list(int argc, char **argv);
int do_silence(int argc, char **argv);
int do_ack(int argc, char **argv);
int do_events(int argc, char **argv);
int do_test(int argc, char **argv);
int do_check(int argc, char **argv);
int do_backtest(int argc, char **argv);
int do_rules(int argc, char **argv);

#endif
