/* SPDX-License-Identifier: MIT */
/*
 * The writer as a daemon: a timer that applies everything every drain_s
 * seconds, spread over slices when there are many files, and a socket on
 * which readers ask for a drain (drain.h).  Between two events it sleeps.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/path.h"
#include "rrd/drain.h"
#include "rrd/segment.h"
#include "rrd/store_impl.h"

#define CLIENTS_MAX    64
#define LINE_BYTES     (PATH_SIZE + 16)
#define SPREAD_FROM    512 /* files, from which on slices are used */
#define SLICES	       12
#define STOP_MS	       1200 /* for the last drain; the log keeps the rest */
#define CLIENT_IDLE_MS 30000

struct client {
	int fd;
	size_t len;
	int64_t since_boot_ms;
	char line[LINE_BYTES];
};

struct server {
	int listen_fd;
	struct client clients[CLIENTS_MAX];
	size_t n;
};

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static int
open_socket(const struct store *s, struct err *err)
{
	struct sockaddr_un addr;
	int fd, folder, rc = -1;

	if (drain_address(s->state, &addr, &folder, err) != 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* the store's lock is ours, so a socket there is a dead one's */
	(void)unlink(addr.sun_path);
	if (fd >= 0)
		rc = bind(fd, (const struct sockaddr *)&addr, sizeof(addr));
	if (rc == 0)
		rc = chmod(addr.sun_path, 0666);
	if (rc == 0)
		rc = listen(fd, CLIENTS_MAX);
	if (rc != 0)
		err_sys(err, errno, "%s: listen", addr.sun_path);
	if (folder >= 0)
		(void)close(folder);
	if (rc != 0 && fd >= 0)
		(void)close(fd);
	return rc == 0 ? fd : -1;
}

static void
answer(struct client *c, int rc, const struct err *err)
{
	char line[300];
	int n = 3;

	if (rc == 0)
		memcpy(line, "ok\n", 4);
	else
		n = snprintf(line, sizeof(line), "no %s\n", err->msg);
	(void)send(c->fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int
drain(struct store *s, const char *what, struct err *err)
{
	struct path p;

	if (strcmp(what, "*") == 0) {
		if (store_read(s, err) != 0 ||
		    store_apply_slice(s, 0, 1, 0, err) != 0)
			return -1;
		if (s->n_pending > 0 && s->guard.suspect)
			return err_set(err, ERR_BUSY,
				       "the clock is suspect: see robin clock");
		if (s->n_pending > 0)
			return err_set(err, ERR_IO,
				       "%zu records cannot be applied now",
				       s->n_pending);
		return 0;
	}
	if (path_parse(what, strlen(what), &p, err) != 0 ||
	    store_read(s, err) != 0)
		return -1;
	return store_apply_path(s, what, err);
}

/* All that is pending into the files, and the files onto the disk. */
static int
checkpoint(struct store *s, struct err *err)
{
	if (drain(s, "*", err) != 0)
		return -1;
	return store_checkpoint(s, err);
}

/* What may be asked for, word for word. */
static const struct {
	const char *word;
	int (*handle)(struct store *s, struct err *err);
} requests[] = {
    {"checkpoint", checkpoint},
    {"clock accept", store_clock_accept},
    {"clock reject", store_clock_reject},
};

/* Readers of any user may ask for a drain; the rest is for root and us. */
static int
check_peer(int fd, struct err *err)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return err_sys(err, errno, "store.sock: who asks");
	if (peer.uid != 0 && peer.uid != geteuid())
		return err_set(err, ERR_DENIED,
			       "only root and the state's owner may ask this");
	return 0;
}

static int
request(struct store *s, int fd, const char *line, struct err *err)
{
	if (strncmp(line, "drain ", 6) == 0)
		return drain(s, line + 6, err);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (strcmp(line, requests[i].word) == 0)
			return check_peer(fd, err) != 0
				   ? -1
				   : requests[i].handle(s, err);
	return err_set(err, ERR_INVALID, "unknown request");
}

/* Handles the lines a client has sent; -1 when it is to be closed. */
static int
client_read(struct store *s, struct client *c)
{
	ssize_t n = recv(c->fd, c->line + c->len, sizeof(c->line) - 1 - c->len,
			 MSG_DONTWAIT);
	char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	c->len += (size_t)n;
	c->line[c->len] = '\0';
	c->since_boot_ms = clock_boot_ms();
	while ((end = strchr(c->line, '\n')) != NULL) {
		struct err err = {0};
		int rc;

		*end = '\0';
		rc = request(s, c->fd, c->line, &err);
		answer(c, rc, &err);
		c->len -= (size_t)(end + 1 - c->line);
		memmove(c->line, end + 1, c->len + 1);
	}
	return c->len < sizeof(c->line) - 1 ? 0 : -1;
}

static void
client_close(struct server *v, size_t i)
{
	(void)close(v->clients[i].fd);
	v->clients[i] = v->clients[--v->n];
}

static void
client_accept(struct server *v)
{
	int fd = accept4(v->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (v->n == CLIENTS_MAX) {
		/* the one that has been silent longest makes room */
		size_t oldest = 0;

		for (size_t i = 1; i < v->n; i++)
			if (v->clients[i].since_boot_ms <
			    v->clients[oldest].since_boot_ms)
				oldest = i;
		client_close(v, oldest);
	}
	v->clients[v->n].fd = fd;
	v->clients[v->n].len = 0;
	v->clients[v->n].since_boot_ms = clock_boot_ms();
	v->n++;
}

/* Waits for a request or until boot time until_ms, and handles requests. */
static void
serve_until(struct store *s, struct server *v, int64_t until_ms,
	    const sigset_t *mask)
{
	while (!stopping) {
		struct pollfd p[CLIENTS_MAX + 1];
		int64_t left = until_ms - clock_boot_ms();
		struct timespec ts;
		size_t n = v->n;

		if (left <= 0)
			return;
		ts.tv_sec = left / 1000;
		ts.tv_nsec = left % 1000 * 1000000;
		p[0] = (struct pollfd){.fd = v->listen_fd, .events = POLLIN};
		for (size_t i = 0; i < n; i++)
			p[i + 1] = (struct pollfd){.fd = v->clients[i].fd,
						   .events = POLLIN};
		if (ppoll(p, n + 1, &ts, mask) <= 0)
			continue;
		for (size_t i = n; i-- > 0;)
			if (p[i + 1].revents != 0 &&
			    client_read(s, &v->clients[i]) != 0)
				client_close(v, i);
		if (p[0].revents != 0)
			client_accept(v);
	}
}

static void
note_failure(const struct store *s, const struct err *err, const char *what)
{
	if (s->note != NULL)
		s->note(LOG_LEVEL_ERROR, err, NULL, what);
}

/* One tick of the timer. */
static void
tick(struct store *s, unsigned slice, unsigned slices)
{
	static bool failing;
	struct err err = {0};

	(void)store_clock_ok(s);
	if (store_read(s, &err) != 0 ||
	    store_apply_slice(s, slice, slices, 0, &err) != 0 ||
	    (store_checkpoint_due(s) && store_checkpoint(s, &err) != 0)) {
		if (!failing)
			note_failure(s, &err, "drain failed; will try again");
		failing = true;
		return;
	}
	if (failing && s->note != NULL)
		s->note(LOG_LEVEL_INFO, NULL, NULL, "drain works again");
	failing = false;
	(void)segment_reserve(s->state, SEGMENT_SPARES, NULL);
	(void)timeguard_save(&s->guard, s->state, NULL);
}

int
store_serve(struct store *s, int drain_s, struct err *err)
{
	static struct server v;
	struct sigaction sa = {.sa_handler = on_stop};
	int64_t next_ms = clock_boot_ms();
	unsigned slice = 0;
	sigset_t block, mask;

	v.n = 0;
	v.listen_fd = open_socket(s, err);
	if (v.listen_fd < 0)
		return -1;
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGTERM);
	(void)sigaddset(&block, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &block, &mask);
	(void)sigdelset(&mask, SIGTERM);
	(void)sigdelset(&mask, SIGINT);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	while (!stopping) {
		unsigned slices = s->n_files > SPREAD_FROM ? SLICES : 1;

		tick(s, slice++ % slices, slices);
		next_ms += (int64_t)drain_s * 1000 / slices;
		if (next_ms < clock_boot_ms())
			next_ms = clock_boot_ms();
		serve_until(s, &v, next_ms, &mask);
	}
	if (store_read(s, err) == 0)
		(void)store_apply_slice(s, 0, 1, clock_boot_ms() + STOP_MS,
					err);
	while (v.n > 0)
		client_close(&v, v.n - 1);
	(void)close(v.listen_fd);
	return 0;
}
