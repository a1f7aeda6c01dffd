/* SPDX-License-Identifier: MIT */
/* What the subcommands share: see command.h. */
#include "alert/command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
common_load(struct common *c, struct err *err)
{
	const char *slash;

	if (conf_load(&c->conf, c->config, NULL, err) != 0)
		return -1;
	if (c->state == NULL)
		c->state = c->conf.state;
	if (c->rules != NULL || c->config == NULL)
		return 0;
	slash = strrchr(c->config, '/');
	(void)snprintf(c->rules_file, sizeof(c->rules_file), "%.*salerts.yml",
		       slash != NULL ? (int)(slash + 1 - c->config) : 0,
		       c->config);
	if (access(c->rules_file, F_OK) == 0)
		c->rules = c->rules_file;
	return 0;
}
