/* SPDX-License-Identifier: MIT */
/*
 * Space and inodes of file systems that are served from elsewhere (NFS, CIFS,
 * FUSE, …).  Each is asked by a process of its own, all at the same time, and
 * has ASK_MS to answer: a dead server costs its own figures only.
 *
 * A process that hangs in the kernel may outlive SIGKILL.  It then still holds
 * a socket name made from the mount point, so the next pass sees it and does
 * not add another.
 */
#include "collectors/collector.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "collectors/disk.h"
#include "collectors/source.h"
#include "core/clock.h"
#include "core/file.h"

#define ASK_MS	2000
#define ASK_MAX 64

/* A question that is on its way. */
struct question {
	char point[MOUNT_POINT_SIZE];
	pid_t pid;
	int fd;
};

/* What comes back. */
struct answer {
	int asked; /* disk_ask's result */
	struct statvfs v;
	struct err err;
};

/* Whether no other process is stuck with this mount point. */
static bool
is_first(const char *point)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* an abstract name: sun_path[0] stays 0 */
	(void)snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1,
		       "robin-statvfs-%u-%016llx", (unsigned)getuid(),
		       (unsigned long long)XXH64(point, strlen(point), 0));
	/* fd stays open: it goes with the process */
	return fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
}

static void
answer(const char *root, const char *point, int fd)
{
	struct answer a = {.asked = -1};

	if (!is_first(point))
		err_set(&a.err, ERR_TIMEOUT, "%.150s: still no answer", point);
	else
		a.asked = disk_ask(root, point, &a.v, &a.err);
	(void)file_write_all(fd, &a, sizeof(a));
}

static int
ask(const char *root, struct question *q, struct err *err)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_sys(err, errno, "pipe");
	q->pid = fork();
	if (q->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		answer(root, q->point, fds[1]);
		_exit(0);
	}
	(void)close(fds[1]);
	q->fd = fds[0];
	if (q->pid > 0)
		return 0;
	(void)close(fds[0]);
	return err_sys(err, errno, "fork");
}

/* Takes one answer; its record is smaller than a pipe writes at once. */
static int
hear(struct question *q, struct sample_sink *sink, struct err *err)
{
	struct answer a;
	ssize_t n = read(q->fd, &a, sizeof(a));

	if (n != (ssize_t)sizeof(a))
		return err_set(err, ERR_INTERNAL, "%.150s: asking it failed",
			       q->point);
	if (a.asked < 0) {
		*err = a.err;
		return -1;
	}
	return a.asked > 0 ? disk_put(sink, q->point, &a.v, err) : 0;
}

static void
end(struct question *q)
{
	(void)close(q->fd);
	q->fd = -1;
	(void)kill(q->pid, SIGKILL);
	(void)waitpid(q->pid, NULL, WNOHANG);
}

/* Hears the n questions until all have answered or the time is over. */
static int
hear_all(struct question *qs, size_t n, struct sample_sink *sink,
	 struct err *err)
{
	int64_t until = clock_boot_ms() + ASK_MS, left;
	struct pollfd p[ASK_MAX];
	size_t open = n;
	int rc = 0;

	while (open > 0 && (left = until - clock_boot_ms()) > 0) {
		for (size_t i = 0; i < n; i++)
			p[i] =
			    (struct pollfd){.fd = qs[i].fd, .events = POLLIN};
		if (poll(p, (nfds_t)n, (int)left) <= 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			if (p[i].revents == 0)
				continue;
			if (hear(&qs[i], sink, err) != 0)
				rc = -1;
			end(&qs[i]);
			open--;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (qs[i].fd < 0)
			continue;
		rc = err_set(err, ERR_TIMEOUT, "%.150s: no answer in %d s",
			     qs[i].point, ASK_MS / 1000);
		end(&qs[i]);
	}
	return rc;
}

static bool
available(const char *root)
{
	static struct mount list[MOUNTS_MAX];
	int n = disk_mounts(root, list, NULL);

	for (int i = 0; i < n; i++)
		if (list[i].remote)
			return true;
	return false;
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	static struct mount list[MOUNTS_MAX];
	static struct question qs[ASK_MAX];
	int found = disk_mounts(root, list, err), rc = 0;
	size_t n = 0;

	if (found < 0)
		return -1;
	for (int i = 0; i < found && n < ASK_MAX; i++) {
		if (!list[i].remote ||
		    !mounts_point(list[i].line.point, qs[n].point))
			continue;
		if (ask(root, &qs[n], err) == 0)
			n++;
		else
			rc = -1;
	}
	return hear_all(qs, n, sink, err) != 0 ? -1 : rc;
}

const struct collector collect_disk_remote = {
    .name = "disk_remote",
    .help = "Space and inodes of each network file system",
    .families = disk_families,
    .blocks = true,
    .available = available,
    .collect = collect,
};
