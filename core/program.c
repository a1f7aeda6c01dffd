/* SPDX-License-Identifier: MIT */
/* How every program and command begins: see program.h. */
#include "core/program.h"

#include <string.h>

#include "core/log.h"

int
program_load(struct program *p, struct err *err)
{
	if (conf_load(&p->conf, p->config, NULL, err) != 0)
		return -1;
	if (p->state == NULL)
		p->state = p->conf.state;
	return 0;
}

int
program_start(struct program *p, const struct opt_command *cmd, int argc,
	      char **argv, struct err *err)
{
	int n = opt_parse(cmd, argc, argv, err);

	return n < 0 || program_load(p, err) == 0 ? n : -1;
}

int
program_fail(const struct err *err, const char *what)
{
	if (err->code != ERR_NONE)
		log_error(err, "%s", what);
	return err_exit_status(err->code);
}

bool
program_word(const struct program_word *words, size_t n, int argc, char **argv,
	     int *status)
{
	for (size_t i = 0; i < n && argc > 1; i++) {
		if (strcmp(argv[1], words[i].name) != 0)
			continue;
		*status = words[i].run(argc - 1, argv + 1);
		return true;
	}
	return false;
}
