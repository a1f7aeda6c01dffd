/* SPDX-License-Identifier: MIT */
/* Another program from our own folder: see sibling.h. */
#include "collectors/sibling.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int
sibling_path(const char *name, char out[PATH_MAX], struct err *err)
{
	char self[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int len;

	if (n < 0)
		return err_sys(err, errno, "/proc/self/exe: readlink");
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return err_set(err, ERR_INTERNAL, "/proc/self/exe: no folder");
	*slash = '\0';
	len = snprintf(out, PATH_MAX, "%s/%s", self, name);
	if (len < 0 || len >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE, "%s: path too long", name);
	return 0;
}

int
sibling_run(const char *name, const char *const *argv, struct err *err)
{
	char path[PATH_MAX];
	int status;
	pid_t pid;

	if (sibling_path(name, path, err) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		execv(path, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0)
		return err_sys(err, errno, "%s: fork", path);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(err, errno, "%s: wait", path);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(err, ERR_NOT_FOUND, "%s: cannot run it", path);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(err, ERR_INTERNAL, "%s: ended with status %d",
			       path,
			       WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}
