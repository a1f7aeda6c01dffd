/* SPDX-License-Identifier: MIT */
/* The writer's socket, on which readers ask for a drain: see drain.h. */
#include "rrd/store_serve.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/path.h"
#include "rrd/drain.h"
#include "rrd/store_impl.h"

int
server_open(struct server *v, const struct store *s, struct err *err)
{
	struct sockaddr_un addr;
	int fd, folder, rc = -1;

	v->n = 0;

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
		rc = listen(fd, SERVER_CLIENTS);
	if (rc != 0)
		err_sys(err, errno, "%s: listen", addr.sun_path);
	if (folder >= 0)
		(void)close(folder);
	if (rc != 0 && fd >= 0)
		(void)close(fd);
	v->listen_fd = rc == 0 ? fd : -1;
	return rc;
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

/*
 * All that is pending into the files, and the files onto the disk: answered
 * when a checkpoint that was cut after this is done.
 */
static int
checkpoint(struct store *s, struct client *c, struct err *err)
{
	if (drain(s, "*", err) != 0)
		return -1;
	if (s->cut.child != 0) {
		c->wants = s->checkpoint + 1;
		return 1;
	}
	if (store_checkpoint_begin(s, err) != 0)
		return -1;
	if (s->cut.child == 0)
		return 0;
	c->wants = s->checkpoint;
	return 1;
}

static int
clock_accept(struct store *s, struct client *c, struct err *err)
{
	(void)c;
	return store_clock_accept(s, err);
}

static int
clock_reject(struct store *s, struct client *c, struct err *err)
{
	(void)c;
	return store_clock_reject(s, err);
}

/* What may be asked for, word for word; 1: the answer comes later. */
static const struct {
	const char *word;
	int (*handle)(struct store *s, struct client *c, struct err *err);
} requests[] = {
    {"checkpoint", checkpoint},
    {"clock accept", clock_accept},
    {"clock reject", clock_reject},
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
request(struct store *s, struct client *c, const char *line, struct err *err)
{
	if (strncmp(line, "drain ", 6) == 0)
		return drain(s, line + 6, err);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (strcmp(line, requests[i].word) == 0)
			return check_peer(c->fd, err) != 0
				   ? -1
				   : requests[i].handle(s, c, err);
	return err_set(err, ERR_INVALID, "unknown request");
}

/* Handles the lines that are there, one after the other is answered; *ill: the
 * disk kept one from being done. */
static void
handle_lines(struct store *s, struct client *c, bool *ill)
{
	char *end;

	while (c->wants == 0 && (end = strchr(c->line, '\n')) != NULL) {
		struct err err = {0};
		int rc;

		*end = '\0';
		rc = request(s, c, c->line, &err);
		if (rc <= 0)
			answer(c, rc, &err);
		if (rc < 0 && (err.code == ERR_IO || err.code == ERR_FULL)) {
			store_trouble(s, &err);
			*ill = true;
		}
		c->len -= (size_t)(end + 1 - c->line);
		memmove(c->line, end + 1, c->len + 1);
	}
}

/* Takes what a client has sent; -1 when it is to be closed. */
static int
client_read(struct store *s, struct client *c, bool *ill)
{
	ssize_t n = recv(c->fd, c->line + c->len, sizeof(c->line) - 1 - c->len,
			 MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	c->len += (size_t)n;
	c->line[c->len] = '\0';
	c->since_boot_ms = clock_boot_ms();
	handle_lines(s, c, ill);
	return c->wants != 0 || c->len < sizeof(c->line) - 1 ? 0 : -1;
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
	struct client *c;

	if (fd < 0)
		return;
	if (v->n == SERVER_CLIENTS) {
		/* the one that has been silent longest makes room */
		size_t oldest = 0;

		for (size_t i = 1; i < v->n; i++)
			if (v->clients[i].since_boot_ms <
			    v->clients[oldest].since_boot_ms)
				oldest = i;
		client_close(v, oldest);
	}
	c = &v->clients[v->n++];
	c->fd = fd;
	c->len = 0;
	c->wants = 0;
	c->since_boot_ms = clock_boot_ms();
}

/* The sync has ended: who waits for it is answered, and who asked since has
 * the next one begun. */
static void
sync_ended(struct store *s, struct server *v, bool *ill)
{
	struct err err = {0};
	int rc = store_checkpoint_end(s, &err);

	if (rc != 0 && s->note != NULL)
		s->note(LOG_LEVEL_ERROR, &err, NULL, "checkpoint failed");
	for (size_t i = 0; i < v->n; i++) {
		struct client *c = &v->clients[i];

		if (c->wants == 0)
			continue;
		if (rc == 0 && c->wants > s->marked && s->cut.child == 0)
			rc = store_checkpoint_begin(s, &err);
		if (rc == 0 && c->wants > s->marked)
			continue;
		c->wants = 0;
		answer(c, rc, &err);
		handle_lines(s, c, ill);
	}
}

void
server_wait(struct server *v, struct store *s, int64_t until_ms,
	    const sigset_t *mask, const volatile sig_atomic_t *stop)
{
	bool ill = false;

	/* at least once, however late it is: only here are we told to stop */
	for (bool first = true; !*stop && !s->unsure; first = false) {
		struct pollfd p[SERVER_CLIENTS + 2];
		int64_t left = until_ms - clock_boot_ms();
		struct timespec ts;
		size_t n = v->n;

		/* a disk that fails is looked at more often */
		if (ill && left > SERVER_RETRY_MS) {
			until_ms -= left - SERVER_RETRY_MS;
			left = SERVER_RETRY_MS;
		}
		if (left <= 0 && !first)
			return;
		if (left < 0)
			left = 0;
		ts.tv_sec = left / 1000;
		ts.tv_nsec = left % 1000 * 1000000;
		p[0] = (struct pollfd){.fd = v->listen_fd, .events = POLLIN};
		p[1] = (struct pollfd){.fd = s->cut.fd, .events = POLLIN};
		for (size_t i = 0; i < n; i++)
			p[i + 2] = (struct pollfd){
			    .fd = v->clients[i].fd,
			    .events = v->clients[i].wants != 0 ? 0 : POLLIN};
		if (ppoll(p, n + 2, &ts, mask) <= 0)
			continue;
		for (size_t i = n; i-- > 0;)
			if (p[i + 2].revents != 0 &&
			    client_read(s, &v->clients[i], &ill) != 0)
				client_close(v, i);
		if (p[1].revents != 0)
			sync_ended(s, v, &ill);
		if (p[0].revents != 0)
			client_accept(v);
	}
}

void
server_close(struct server *v)
{
	while (v->n > 0)
		client_close(v, v->n - 1);
	if (v->listen_fd >= 0)
		(void)close(v->listen_fd);
	v->listen_fd = -1;
}
