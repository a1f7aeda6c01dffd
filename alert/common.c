/* SPDX-License-Identifier: MIT */
/* What the subcommands share: see command.h. */
#include "alert/command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
common_load(struct common *c, struct err *err)
{
	const char *config = c->program.config, *slash;

	if (program_load(&c->program, err) != 0)
		return -1;
	if (c->rules != NULL || config == NULL)
		return 0;
	slash = strrchr(config, '/');
	(void)snprintf(c->rules_file, sizeof(c->rules_file), "%.*salerts.yml",
		       slash != NULL ? (int)(slash + 1 - config) : 0, config);
	if (access(c->rules_file, F_OK) == 0)
		c->rules = c->rules_file;
	return 0;
}

int
common_start(struct common *c, const struct opt_command *cmd, int argc,
	     char **argv, struct err *err)
{
	int n = opt_parse(cmd, argc, argv, err);

	return n < 0 || common_load(c, err) == 0 ? n : -1;
}
