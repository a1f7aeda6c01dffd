/* SPDX-License-Identifier: MIT */
/*
 * A program of the operator's: the message as JSON on its standard input,
 * nothing from it on the command line and no shell.  Exit 0 is delivered, 75
 * (EX_TEMPFAIL of sysexits.h) and a signal are tried again, the rest final.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alert/notify.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"

#define DEADLINE_MS   20000
#define EXIT_TEMPFAIL 75

static const struct notify_option options[] = {
    {"program", true, "its full path"},
    {"argument", false, "one argument for it"},
    {NULL, false, NULL},
};

static int
check(const struct channel *c, struct err *err)
{
	if (channel_get(c, "program")[0] != '/')
		return err_set(err, ERR_CONFIG,
			       "channel %s: program: a full path", c->name);
	return 0;
}

static int
wait_for(pid_t pid, int *status)
{
	int64_t end_boot_ms = clock_boot_ms() + DEADLINE_MS;

	while (waitpid(pid, status, WNOHANG) == 0) {
		if (clock_boot_ms() >= end_boot_ms) {
			(void)kill(-pid, SIGKILL);
			(void)waitpid(pid, status, 0);
			return -1;
		}
		(void)usleep(20000);
	}
	return 0;
}

static int
judge(struct delivery *d, const char *program, int status, struct err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	d->final = WIFEXITED(status) && WEXITSTATUS(status) != EXIT_TEMPFAIL;
	return err_set(err, d->final ? ERR_DENIED : ERR_IO, "%s: %s %d",
		       program, WIFEXITED(status) ? "exit status" : "signal",
		       WIFEXITED(status) ? WEXITSTATUS(status)
					 : WTERMSIG(status));
}

static int
send_exec(struct delivery *d, struct err *err)
{
	const char *program = channel_get(d->channel, "program");
	const char *argument = channel_get(d->channel, "argument");
	char *argv[] = {(char *)program, (char *)argument, NULL};
	struct buf body;
	int fd, status = 0, rc;
	pid_t pid;

	/* a file, not a pipe: a program that does not read cannot block us */
	fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, errno, "/tmp: temporary file");
	buf_init(&body, MESSAGE_JSON_MAX);
	message_json(d->message, &body);
	rc = file_write_all(fd, body.data, body.len);
	buf_done(&body);
	if (rc != 0 || lseek(fd, 0, SEEK_SET) != 0) {
		(void)close(fd);
		return err_sys(err, errno, "temporary file: write");
	}
	pid = fork();
	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)dup2(fd, STDIN_FILENO);
		(void)execv(program, argv);
		_exit(errno == ENOENT || errno == EACCES ? 127 : EXIT_TEMPFAIL);
	}
	(void)close(fd);
	if (pid < 0)
		return err_sys(err, errno, "fork");
	(void)setpgid(pid, pid);
	if (wait_for(pid, &status) != 0)
		return err_set(err, ERR_TIMEOUT, "%s: over %d s", program,
			       DEADLINE_MS / 1000);
	return judge(d, program, status, err);
}

static bool
starts_program(const struct channel *c)
{
	(void)c;
	return true;
}

const struct notifier notify_exec = {
    .name = "exec",
    .help = "a program of yours, with the message as JSON on its input",
    .options = options,
    .starts_program = starts_program,
    .check = check,
    .send = send_exec,
};
