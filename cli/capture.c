/* SPDX-License-Identifier: MIT */
/* A program's output: see capture.h. */
#include "cli/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/buf.h"
#include "core/clock.h"

static _Noreturn void
become(const char *name, char **argv, int output)
{
	int null = open("/dev/null", O_RDWR);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDERR_FILENO);
	(void)dup2(output, STDOUT_FILENO);
	(void)cli_exec(name, argv, NULL);
	_exit(127);
}

/* Reads until the end of the output or the deadline. */
static int
read_all(int fd, int64_t deadline_boot_ms, struct buf *out, struct err *err)
{
	char part[16384];

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = deadline_boot_ms - clock_boot_ms();
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return err_set(err, ERR_TIMEOUT, "no answer in time");
		n = read(fd, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "read");
		if (n == 0)
			return buf_ok(out) ? 0
					   : err_set(err, ERR_TOO_LARGE,
						     "it writes too much");
		buf_put(out, part, (size_t)n);
	}
}

int
capture(const char *name, char **argv, int64_t timeout_ms, struct buf *out,
	struct err *err)
{
	int ends[2], status = 0, rc;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_sys(err, errno, "%s: pipe", name);
	pid = fork();
	if (pid == 0)
		become(name, argv, ends[1]);
	(void)close(ends[1]);
	if (pid < 0) {
		rc = err_sys(err, errno, "%s: fork", name);
	} else {
		rc = read_all(ends[0], clock_boot_ms() + timeout_ms, out, err);
		if (rc != 0)
			(void)kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (rc == 0 && status != 0)
			rc = err_set(err, ERR_IO, "it failed");
		if (rc != 0)
			(void)err_prefix(err, "%s", name);
	}
	(void)close(ends[0]);
	return rc;
}
