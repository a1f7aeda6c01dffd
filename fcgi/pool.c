/* SPDX-License-Identifier: MIT */
/* Forking and replacing workers: see pool.h. */
#include "fcgi/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "fcgi/limit.h"
#include "fcgi/worker.h"

#define STOP_MS	 1500 /* then SIGKILL */
#define QUICK_MS 1000 /* a worker that ends sooner is held back */
#define HOLD_MS	 500

struct slot {
	pid_t pid; /* 0: empty */
	int64_t started_boot_ms;
	int64_t not_before_boot_ms;
};

struct pool_state {
	const struct pool_plan *plan;
	struct slot slots[POOL_WORKERS_MAX];
	bool stopping;
};

static int
answers(const struct sockaddr_un *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	if (fd < 0)
		return 0;
	rc = connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0;
	(void)close(fd);
	return rc;
}

int
pool_listen(const char *path, int backlog, struct err *err)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return err_set(
		    err, ERR_TOO_LARGE,
		    "%s: a socket's name has at most %zu bytes; choose a "
		    "shorter state folder",
		    path, sizeof(a.sun_path) - 1);
	memcpy(a.sun_path, path, strlen(path));
	if (answers(&a))
		return err_set(err, ERR_BUSY,
			       "%s: another robin-fcgi answers there", path);
	if (unlink(path) != 0 && errno != ENOENT)
		return err_sys(err, errno, "%s: replace", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(err, errno, "%s: socket", path);
	if (bind(fd, (const struct sockaddr *)&a, sizeof(a)) != 0 ||
	    chmod(path, geteuid() == 0 ? 0666 : 0660) != 0 ||
	    listen(fd, backlog) != 0) {
		err_sys(err, errno, "%s: listen", path);
		(void)close(fd);
		return -1;
	}
	return fd;
}

static int
child(const struct pool_plan *plan, const sigset_t *none)
{
	struct worker w = {
	    .serve = plan->serve,
	    .listen_fd = plan->listen_fd,
	    .requests = plan->requests,
	};
	struct err err = {0};
	int code;

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)signal(SIGCHLD, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, none, NULL);
	errno = 0;
	if (nice(plan->nice) == -1 && errno != 0)
		log_warn("worker keeps its priority: %s", strerror(errno));
	if (serve_init(w.serve, &err) != 0) {
		log_error(&err, "worker cannot start");
		return EXIT_FAIL;
	}
	code = worker_run(&w);
	serve_done(w.serve);
	return code;
}

static void
start(struct pool_state *p, struct slot *slot, const sigset_t *none)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(child(p->plan, none));
	slot->started_boot_ms = clock_boot_ms();
	if (pid < 0) {
		log_warn("cannot fork a worker: %s", strerror(errno));
		slot->not_before_boot_ms = slot->started_boot_ms + HOLD_MS;
		return;
	}
	slot->pid = pid;
	stats_add(&p->plan->serve->stats->forks, 1);
	stats_add(&p->plan->serve->stats->workers, 1);
}

/* Starts what is missing; returns how long to sleep for the next, or -1. */
static int64_t
fill(struct pool_state *p, const sigset_t *none)
{
	int64_t now = clock_boot_ms(), wait = -1;

	for (int i = 0; i < p->plan->workers; i++) {
		struct slot *s = &p->slots[i];
		int64_t left = s->not_before_boot_ms - now;

		if (s->pid != 0)
			continue;
		if (left <= 0)
			start(p, s, none);
		else if (wait < 0 || left < wait)
			wait = left;
	}
	return wait;
}

static void
note_end(struct pool_state *p, struct slot *s, int status)
{
	struct stats *st = p->plan->serve->stats;
	bool told = WIFEXITED(status) && WEXITSTATUS(status) == WORKER_TOLD;
	bool planned =
	    WIFEXITED(status) && WEXITSTATUS(status) == WORKER_RECYCLED;
	int64_t now = clock_boot_ms();

	atomic_fetch_sub(&st->workers, 1);
	if (planned)
		stats_add(&st->recycled, 1);
	else if (!told && !p->stopping)
		stats_add(&st->deaths, 1);
	if (!p->stopping && WIFSIGNALED(status))
		log_warn("worker %ld died of signal %d", (long)s->pid,
			 WTERMSIG(status));
	else if (!p->stopping && !planned && !told)
		log_warn("worker %ld ended with code %d%s", (long)s->pid,
			 WEXITSTATUS(status),
			 WEXITSTATUS(status) == WORKER_LIMIT
			     ? ": a request passed its time limit"
			     : "");
	s->not_before_boot_ms =
	    !planned && now - s->started_boot_ms < QUICK_MS ? now + HOLD_MS : 0;
	s->pid = 0;
}

static void
reap(struct pool_state *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < p->plan->workers; i++)
			if (p->slots[i].pid == pid)
				note_end(p, &p->slots[i], status);
}

static int
signal_all(struct pool_state *p, int signo)
{
	int n = 0;

	for (int i = 0; i < p->plan->workers; i++) {
		if (p->slots[i].pid == 0)
			continue;
		(void)kill(p->slots[i].pid, signo);
		n++;
	}
	return n;
}

static void
stop(struct pool_state *p, const sigset_t *watched)
{
	int64_t end = clock_boot_ms() + STOP_MS;
	int left = signal_all(p, SIGTERM);

	p->stopping = true;
	while (left > 0) {
		struct timespec slice = {.tv_nsec = 20 * 1000 * 1000};

		(void)sigtimedwait(watched, NULL, &slice);
		reap(p);
		left = signal_all(p, 0);
		if (left > 0 && clock_boot_ms() >= end)
			(void)signal_all(p, SIGKILL);
	}
}

int
pool_run(const struct pool_plan *plan)
{
	struct pool_state p = {.plan = plan};
	sigset_t watched, before;

	(void)sigemptyset(&watched);
	(void)sigaddset(&watched, SIGTERM);
	(void)sigaddset(&watched, SIGINT);
	(void)sigaddset(&watched, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &watched, &before);
	for (;;) {
		int64_t wait = fill(&p, &before);
		struct timespec t = {
		    .tv_sec = wait < 0 ? 60 : wait / 1000,
		    .tv_nsec = wait < 0 ? 0 : wait % 1000 * 1000000,
		};
		int signo = sigtimedwait(&watched, NULL, &t);

		if (signo == SIGTERM || signo == SIGINT)
			break;
		reap(&p);
	}
	stop(&p, &watched);
	return EXIT_OK;
}
