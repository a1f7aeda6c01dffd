/* SPDX-License-Identifier: MIT */
/* Asking the writer for a drain: see drain.h. */
#include "rrd/drain.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/path.h"
#include "core/state.h"

int
drain_address(const char *state, struct sockaddr_un *out, int *folder_fd,
	      struct err *err)
{
	char folder[PATH_MAX];
	int n, fd;

	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	*folder_fd = -1;
	n = snprintf(out->sun_path, sizeof(out->sun_path), "%s/%s", state,
		     STATE_STORE_SOCK);
	if (n > 0 && (size_t)n < sizeof(out->sun_path))
		return 0;
	/* a long state folder: go through a descriptor of run/ */
	if (state_path(state, STATE_RUN, folder, sizeof(folder), err) != 0)
		return -1;
	fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", folder);
	(void)snprintf(out->sun_path, sizeof(out->sun_path),
		       "/proc/self/fd/%d/%s", fd,
		       strrchr(STATE_STORE_SOCK, '/') + 1);
	*folder_fd = fd;
	return 0;
}

static int
no_answer(struct err *err)
{
	return err_set(err, ERR_TIMEOUT,
		       "robin-store: no answer to a drain request");
}

/* Connects, or waits in a full queue until the time is over. */
static int
connect_store(const char *state, int64_t timeout_ms, struct err *err)
{
	struct timeval wait = {.tv_sec = (time_t)(timeout_ms / 1000),
			       .tv_usec = timeout_ms % 1000 * 1000};
	struct sockaddr_un addr;
	int folder, fd, rc, saved;

	if (drain_address(state, &addr, &folder, err) != 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait,
				 sizeof(wait));
	rc = fd < 0 ? -1
		    : connect(fd, (const struct sockaddr *)&addr, sizeof(addr));
	saved = errno;
	if (folder >= 0)
		(void)close(folder);
	if (rc == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	if (saved == EAGAIN)
		return no_answer(err);
	if (saved == ENOENT || saved == ECONNREFUSED)
		return err_set(err, ERR_NOT_FOUND,
			       "%s: no robin-store is running", state);
	return err_sys(err, saved, "%s: connect", addr.sun_path);
}

static int
read_answer(int fd, int64_t until_ms, struct err *err)
{
	char line[300];
	size_t len = 0;

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = until_ms - clock_boot_ms();
		ssize_t n;

		if (left <= 0)
			return no_answer(err);
		if (poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left) < 0 &&
		    errno != EINTR)
			return err_sys(err, errno, "robin-store: poll");
		if ((p.revents & (POLLIN | POLLHUP | POLLERR)) == 0)
			continue;
		n = recv(fd, line + len, sizeof(line) - 1 - len, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return err_set(err, ERR_IO,
				       "robin-store: closed without an answer");
		len += (size_t)n;
		line[len] = '\0';
		if (strchr(line, '\n') != NULL || len == sizeof(line) - 1)
			break;
	}
	line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, "ok") == 0)
		return 0;
	if (strncmp(line, "no ", 3) == 0)
		return err_set(err, ERR_IO, "robin-store: %s", line + 3);
	return err_set(err, ERR_INTERNAL, "robin-store: unknown answer");
}

int
drain_ask(const char *state, const char *request, int64_t timeout_ms,
	  struct err *err)
{
	int64_t until_ms = clock_boot_ms() + timeout_ms;
	char line[PATH_SIZE + 16];
	int fd, n, rc;

	if (timeout_ms <= 0)
		return no_answer(err);
	n = snprintf(line, sizeof(line), "%s\n", request);
	if (n < 0 || (size_t)n >= sizeof(line))
		return err_set(err, ERR_TOO_LARGE, "path too long");
	fd = connect_store(state, timeout_ms, err);
	if (fd < 0)
		return -1;
	if (send(fd, line, (size_t)n, MSG_NOSIGNAL) != n)
		rc = err_sys(err, errno, "robin-store: send");
	else
		rc = read_answer(fd, until_ms, err);
	(void)close(fd);
	return rc;
}

int
drain_request(const char *state, const char *path, int64_t timeout_ms,
	      struct err *err)
{
	char line[PATH_SIZE + 8];
	int n =
	    snprintf(line, sizeof(line), "drain %s", path != NULL ? path : "*");

	if (n < 0 || (size_t)n >= sizeof(line))
		return err_set(err, ERR_TOO_LARGE, "path too long");
	return drain_ask(state, line, timeout_ms, err);
}
