/* SPDX-License-Identifier: MIT */
/* What one request may cost: see limit.h. */
#include "fcgi/limit.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/clock.h"
#include "fcgi/io_fcgi.h"

#define DESCRIPTORS  256
#define MEMORY_BYTES (UINT64_C(8) << 30) /* of address space */
#define LOOK_MS	     50			 /* at the CPU time used */

static _Atomic uint64_t *expired;
static volatile sig_atomic_t answering;

static void
strike(int signo)
{
	if (signo == SIGALRM && !answering) {
		io_fcgi_cut();
		return;
	}
	if (expired != NULL)
		atomic_fetch_add(expired, 1);
	_exit(WORKER_LIMIT);
}

static int
handle(int signo, struct err *err)
{
	struct sigaction sa = {.sa_handler = strike};

	if (sigaction(signo, &sa, NULL) != 0)
		return err_sys(err, errno, "signal %d", signo);
	return 0;
}

static int
cap(__rlimit_resource_t what, rlim_t most, const char *name, struct err *err)
{
	struct rlimit r;

	if (getrlimit(what, &r) != 0)
		return err_sys(err, errno, "limit of %s", name);
	if (r.rlim_max == RLIM_INFINITY || r.rlim_max > most)
		r.rlim_max = most;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(what, &r) != 0)
		return err_sys(err, errno, "limit of %s", name);
	return 0;
}

int
limit_init(_Atomic uint64_t *timeouts, struct err *err)
{
	expired = timeouts;
	if (handle(SIGALRM, err) != 0 || handle(SIGXCPU, err) != 0)
		return -1;
	if (cap(RLIMIT_CORE, 0, "core files", err) != 0 ||
	    cap(RLIMIT_NOFILE, DESCRIPTORS, "descriptors", err) != 0)
		return -1;
#if !defined(__SANITIZE_ADDRESS__)
	if (cap(RLIMIT_AS, MEMORY_BYTES, "memory", err) != 0)
		return -1;
#endif
	return 0;
}

/* CPU seconds this process has used, rounded up: the limit's unit. */
static rlim_t
used_s(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return (rlim_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (rlim_t)((u.ru_utime.tv_usec + u.ru_stime.tv_usec + 999999) /
			1000000);
}

/*
 * An idle process uses no CPU, so the limit is only ever moved forward; and in
 * the moment since the last look it cannot have used more than that.
 */
static void
raise_cpu(void)
{
	static rlim_t now_s;
	static int64_t looked_ms;
	int64_t now_ms = clock_boot_ms();
	rlim_t next_s;
	struct rlimit r;

	if (now_ms - looked_ms < LOOK_MS)
		return;
	looked_ms = now_ms;
	next_s = used_s() + LIMIT_CPU_S;
	if (next_s == now_s || getrlimit(RLIMIT_CPU, &r) != 0)
		return;
	r.rlim_cur = next_s;
	if (r.rlim_max != RLIM_INFINITY && r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_CPU, &r) == 0)
		now_s = next_s;
}

void
limit_reading(void)
{
	struct itimerval t = {.it_value.tv_sec = LIMIT_WALL_S};

	answering = 0;
	(void)setitimer(ITIMER_REAL, &t, NULL);
}

void
limit_answering(void)
{
	raise_cpu();
	answering = 1;
}

/* The timer may run on: with nothing to answer it cuts nothing. */
void
limit_done(void)
{
	answering = 0;
}
