/* SPDX-License-Identifier: MIT */
/* What every command starts with: see cli.h. */
#include "cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
cli_start(struct program *p, const struct opt_command *cmd, int argc,
	  char **argv, struct err *err)
{
	int n = program_start(p, cmd, argc, argv, err);
	size_t len;

	if (n < 0 || p->state == p->conf.state)
		return n;
	len = strlen(p->state);
	while (len > 1 && p->state[len - 1] == '/')
		len--;
	if (len >= sizeof(p->conf.state))
		return err_set(err, ERR_USAGE,
			       "--state: the folder name is too long");
	memcpy(p->conf.state, p->state, len);
	p->conf.state[len] = '\0';
	p->state = p->conf.state;
	return n;
}

int
cli_bin_folder(char *out, size_t size, struct err *err)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		return err_sys(err, errno, "/proc/self/exe: readlink");
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || (size_t)(slash - path) >= size)
		return err_set(err, ERR_TOO_LARGE,
			       "%.60s: the folder name is too long", path);
	*slash = '\0';
	memcpy(out, path, (size_t)(slash - path) + 1);
	return 0;
}

int
cli_exec(const char *name, char **argv, struct err *err)
{
	char folder[PATH_MAX], path[PATH_MAX];
	int n;

	if (cli_bin_folder(folder, sizeof(folder), err) != 0)
		return -1;
	n = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(err, ERR_TOO_LARGE, "%.60s: name too long",
			       name);
	argv[0] = path;
	execv(path, argv);
	return err_sys(err, errno, "%s", path);
}
