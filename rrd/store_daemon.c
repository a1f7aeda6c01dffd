/* SPDX-License-Identifier: MIT */
/*
 * The writer as a daemon: a timer that applies everything every drain_s
 * seconds, spread over slices when there are many files; between two ticks it
 * answers requests (store_serve.h) or sleeps.
 *
 * It goes on when its disk does not.  After a failed sync, and when another
 * file system is mounted where the state was, it opens the store anew, which
 * recovers.
 */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/state.h"
#include "rrd/segment.h"
#include "rrd/store_impl.h"
#include "rrd/store_serve.h"

#define SPREAD_FROM 512 /* files, from which on slices are used */
#define SLICES	    12
#define TICK_MS	    400	 /* of work between two looks at who waits */
#define STOP_MS	    1000 /* for the last drain; the log keeps the rest */

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

/* SIGTERM and SIGINT come while we sleep only; mask is for then. */
static void
take_signals(sigset_t *mask)
{
	struct sigaction sa = {.sa_handler = on_stop};
	sigset_t block;

	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGTERM);
	(void)sigaddset(&block, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &block, mask);
	(void)sigdelset(mask, SIGTERM);
	(void)sigdelset(mask, SIGINT);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	/* a checkpoint's child that was given up leaves nothing behind */
	sa.sa_handler = SIG_IGN;
	(void)sigaction(SIGCHLD, &sa, NULL);
}

static void
note(const struct store *s, enum log_level level, const struct err *err,
     const char *what)
{
	if (s->note != NULL)
		s->note(level, err, NULL, what);
}

/* Whether another file system with a state is where ours was. */
static bool
moved(const struct store *s)
{
	struct stat ours, there;
	char name[PATH_MAX];

	return state_path(s->state, STATE_STORE_LOCK, name, sizeof(name),
			  NULL) == 0 &&
	       stat(name, &there) == 0 &&
	       (fstat(s->lock_fd, &ours) != 0 || ours.st_dev != there.st_dev ||
		ours.st_ino != there.st_ino);
}

/* One tick of the timer: 0, 1 when its time was over before it was done, -1
 * when it failed. */
static int
tick(struct store *s, unsigned slice, unsigned slices)
{
	static bool failing;
	struct err err = {0};
	int rc;

	if (store_alive(s, &err) != 0)
		goto fail;
	(void)store_clock_ok(s);
	if (store_read(s, &err) != 0)
		goto fail;
	rc = store_apply_slice(s, slice, slices, clock_boot_ms() + TICK_MS,
			       &err);
	if (rc < 0 ||
	    (store_checkpoint_due(s) && store_checkpoint_begin(s, &err) != 0))
		goto fail;
	if (failing)
		note(s, LOG_LEVEL_INFO, NULL, "drain works again");
	failing = false;
	(void)segment_reserve(s->state, SEGMENT_SPARES, NULL);
	(void)timeguard_save(&s->guard, s->state, NULL);
	store_trouble(s, NULL);
	return rc;
fail:
	if (!failing)
		note(s, LOG_LEVEL_ERROR, &err, "drain failed; will try again");
	failing = true;
	store_trouble(s, &err);
	return -1;
}

/* Until a signal, a failed sync or another state. */
static int
serve(struct store *s, int drain_s, const sigset_t *mask, struct err *err)
{
	static struct server v;
	int64_t next_ms = clock_boot_ms();
	unsigned slice = 0;

	if (server_open(&v, s, err) != 0)
		return -1;
	while (!stopping && !s->unsure && !moved(s)) {
		unsigned slices = s->n_files > SPREAD_FROM ? SLICES : 1;
		int64_t pause_ms = (int64_t)drain_s * 1000 / slices;
		int rc = tick(s, slice % slices, slices);

		if (rc < 0 && pause_ms > SERVER_RETRY_MS)
			pause_ms = SERVER_RETRY_MS;
		if (rc > 0)
			pause_ms = 0; /* the same again, after who waits */
		else
			slice++;
		next_ms += pause_ms;
		if (next_ms < clock_boot_ms())
			next_ms = clock_boot_ms();
		server_wait(&v, s, next_ms, mask, &stopping);
	}
	if (stopping && store_alive(s, NULL) == 0 && store_read(s, err) == 0)
		(void)store_apply_slice(s, 0, 1, clock_boot_ms() + STOP_MS,
					err);
	server_close(&v);
	return 0;
}

int
store_daemon(struct store *s, const char *state, int drain_s, struct err *err)
{
	const struct timespec pause = {.tv_sec = SERVER_RETRY_MS / 1000};
	sigset_t mask;
	int rc;

	take_signals(&mask);
	rc = store_open(s, state, err);
	if (rc != 0)
		return rc;
	if (s->note != NULL)
		s->note(LOG_LEVEL_INFO, NULL, s->state, "writing below");
	while (rc == 0) {
		rc = serve(s, drain_s, &mask, err);
		if (!s->unsure && !moved(s))
			store_clean(s);
		store_close(s);
		if (rc != 0 || stopping)
			break;
		note(s, LOG_LEVEL_WARN, NULL, "opening the state anew");
		while (!stopping && (rc = store_open(s, state, err)) != 0)
			(void)ppoll(NULL, 0, &pause, &mask);
		if (stopping && rc != 0)
			return 0;
	}
	return rc;
}
