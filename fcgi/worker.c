/* SPDX-License-Identifier: MIT */
/* The accept loop of one worker: see worker.h. */
#include "fcgi/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "fcgi/io_fcgi.h"
#include "fcgi/jail.h"
#include "fcgi/limit.h"

#define GROWTH_BYTES (UINT64_C(64) << 20)
#define GROWTH_EVERY 64 /* requests between two looks */
#define PAUSE_MS     200
#define IN_ROW	     16 /* connections between two waits, at most */

static volatile sig_atomic_t told;

static void
on_term(int signo)
{
	(void)signo;
	told = 1;
}

/* Resident memory of this process in bytes; 0 when it cannot be read. */
static uint64_t
resident_bytes(void)
{
	char text[128];
	unsigned long long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		return 0;
	if (fgets(text, sizeof(text), f) == NULL ||
	    sscanf(text, "%*u %llu", &pages) != 1)
		pages = 0;
	(void)fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/*
 * Wakes one worker per connection.  A plain poll would wake them all for
 * each, and a blocking accept could miss a SIGTERM that comes just before it.
 */
static int
watch(int listen_fd, struct err *err)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, listen_fd, &e) != 0)
		return err_sys(err, errno, "epoll");
	return fd;
}

/*
 * Sleeps while no descriptor or memory can be had: the connection stays
 * readable, and looking again at once would only burn the CPU.
 */
static void
pause_accepting(int why, bool *said, const sigset_t *waiting)
{
	const struct timespec t = {.tv_nsec = PAUSE_MS * 1000000L};

	if (!*said)
		log_warn("cannot accept for now: %s", strerror(why));
	*said = true;
	(void)ppoll(NULL, 0, &t, waiting);
}

/*
 * Waits for a connection; -1 when there is none to take (look again).  Right
 * after an answer the next one is often there, and is taken without waiting;
 * not each time, because SIGTERM is let in only while we wait.
 */
static int
next_connection(struct worker *w, int watch_fd, const sigset_t *waiting)
{
	static bool said;
	static unsigned in_row;
	struct epoll_event e;
	int fd = -1;

	if (in_row++ % IN_ROW != 0)
		fd = accept4(w->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		return fd;
	in_row = 1;
	if (epoll_pwait(watch_fd, &e, 1, -1, waiting) <= 0)
		return -1;
	fd = accept4(w->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		       errno == ENOMEM))
		pause_accepting(errno, &said, waiting);
	else
		said = false;
	return fd;
}

static void
answer(struct worker *w, int fd)
{
	struct io *io;

	limit_reading();
	io = io_fcgi_accept(fd);
	if (io == NULL) {
		stats_add(&w->serve->stats->refused, 1);
	} else {
		limit_answering();
		io_fcgi_finish(io, serve_answer(w->serve, io) == 0);
	}
	limit_done();
}

static int
prepare(struct worker *w, sigset_t *waiting, struct err *err)
{
	struct sigaction term = {.sa_handler = on_term};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t block;

	if (io_fcgi_init(err) != 0)
		return -1;
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGTERM);
	(void)sigaddset(&block, SIGINT);
	(void)sigprocmask(SIG_SETMASK, &block, NULL);
	(void)sigemptyset(waiting);
	(void)sigaction(SIGTERM, &term, NULL);
	(void)sigaction(SIGINT, &term, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	if (limit_init(&w->serve->stats->timeouts, err) != 0)
		return -1;
	return jail_enter(w->serve->state, err);
}

int
worker_run(struct worker *w)
{
	struct err err = {0};
	sigset_t waiting;
	uint64_t start_bytes = 0;
	unsigned done = 0;
	int watch_fd;

	if (prepare(w, &waiting, &err) != 0) {
		log_error(&err, "worker cannot start");
		return EXIT_FAIL;
	}
	watch_fd = watch(w->listen_fd, &err);
	if (watch_fd < 0) {
		log_error(&err, "worker cannot start");
		return EXIT_FAIL;
	}
	while (!told && done < w->requests) {
		int fd = next_connection(w, watch_fd, &waiting);

		if (fd < 0)
			continue;
		answer(w, fd);
		done++;
		if (done == GROWTH_EVERY)
			start_bytes = resident_bytes();
		else if (done % GROWTH_EVERY == 0 &&
			 resident_bytes() > start_bytes + GROWTH_BYTES)
			break;
	}
	return told ? WORKER_TOLD : WORKER_RECYCLED;
}
