/* SPDX-License-Identifier: MIT */
/* `robin rrd`: looking after the archives. */
#include <stdio.h>
#include <string.h>

#include "core/program.h"
#include "rrd/command.h"
#include "rrd/command_rrd.h"

static const struct program_word words[] = {
    {"check", command_rrd_check},
    {"info", command_rrd_info},
    {"migrate", command_rrd_migrate},
    {"prune", command_rrd_prune},
};

#define N_WORDS (sizeof(words) / sizeof(words[0]))

int
command_rrd_main(int argc, char **argv)
{
	const struct opt_command cmd = {
	    .name = "robin rrd",
	    .synopsis = "check|info|migrate|prune [...]",
	    .brief = "look after archives",
	    .about = "check [PATTERN] looks whether the files are as they must "
		     "be; info PATH shows one; migrate PATTERN gives them the "
		     "layout of their family; prune removes silent series.  "
		     "Each word has its own --help.",
	    .operands_max = -1,
	};
	const char *names[N_WORDS + 1];
	struct err err = {0};
	int rc;

	if (program_word(words, N_WORDS, argc, argv, &rc))
		return rc;
	for (size_t i = 0; i < N_WORDS; i++)
		names[i] = words[i].name;
	if (argc > 1 && argv[1][0] != '-') {
		(void)opt_unknown("word", argv[1], names, N_WORDS, &err);
		return opt_fail(&cmd, &err);
	}
	if (opt_parse(&cmd, argc, argv, &err) >= 0)
		(void)err_set(&err, ERR_USAGE, "which word?");
	return opt_fail(&cmd, &err);
}
