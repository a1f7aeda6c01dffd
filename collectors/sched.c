/* SPDX-License-Identifier: MIT */
/* The loop over a plan's jobs: see sched.h. */
#include "collectors/sched.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "collectors/stats.h"
#include "core/clock.h"

#define RETRY_MS   60000 /* between looks for a source that was not there */
#define POLL_MAX   (PLAN_JOBS_MAX + 2)
#define ONCE_MAX_S 30 /* deadline of a child when the step is longer */

struct collect_stats collect_stats = {.pass_s = -1, .cpu_s = -1};

/* Running time: stands still while the machine sleeps. */
static int64_t
mono_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
sched_init(struct sched *s)
{
	batch_init(&s->batch);
}

void
sched_done(struct sched *s)
{
	for (size_t i = 0; i < s->plan->n_jobs; i++)
		child_done(&s->plan->jobs[i].child);
	batch_done(&s->batch);
}

static void
say(struct sched *s, struct job *j, const struct err *err)
{
	enum err_code code = err != NULL ? err->code : ERR_NONE;

	if (j->said == code)
		return;
	j->said = code;
	s->report(j, err, s->arg);
}

static bool
is_available(struct sched *s, struct job *j)
{
	int64_t now = clock_boot_ms();

	if (j->available || now < j->retry_boot_ms)
		return j->available;
	j->retry_boot_ms = now + RETRY_MS;
	j->available = j->collector->available(s->root);
	return j->available;
}

static int
run_inline(struct sched *s, struct job *j)
{
	struct err err = {.code = ERR_INTERNAL};
	int rc = j->collector->collect(s->root, &s->batch.sink, &err);

	say(s, j, rc == 0 ? NULL : &err);
	/* perhaps its source went away: look again before the next run */
	if (rc != 0 && err.code == ERR_NOT_FOUND) {
		j->available = false;
		j->retry_boot_ms = 0;
	}
	return rc;
}

static int
run_child(struct sched *s, struct job *j, int64_t time_s)
{
	int64_t limit_s = j->timeout_s < ONCE_MAX_S ? j->timeout_s : ONCE_MAX_S;
	struct err err;

	if (child_busy(&j->child)) {
		collect_stats.skipped++;
		return 0;
	}
	if (child_start(&j->child, j->collector, s->root, time_s,
			clock_boot_ms() + limit_s * 1000, &err) != 0) {
		say(s, j, &err);
		return -1;
	}
	return 0;
}

/*
 * Runs every due job: children first, so that they work while the others do.
 * A job never run is due.  Returns how many failed.
 */
static int
run_due(struct sched *s, int64_t wall_ms, bool all)
{
	bool due[PLAN_JOBS_MAX];
	int64_t now = mono_ms();
	int failed = 0;
	int64_t time_s = plan_time_s(s->plan, wall_ms);

	for (size_t i = 0; i < s->plan->n_jobs; i++) {
		struct job *j = &s->plan->jobs[i];
		int64_t slot = plan_slot(s->plan, j, wall_ms);

		due[i] = (all || slot != j->slot) && is_available(s, j);
		if (!due[i])
			continue;
		collect_stats.skipped +=
		    (uint64_t)plan_skipped(j, slot, now - j->run_mono_ms);
		j->slot = slot;
		j->run_mono_ms = now;
		if (j->collector->blocks)
			failed += run_child(s, j, time_s) != 0;
	}
	s->batch.time_s = time_s;
	for (size_t i = 0; i < s->plan->n_jobs; i++)
		if (due[i] && !s->plan->jobs[i].collector->blocks)
			failed += run_inline(s, &s->plan->jobs[i]) != 0;
	return failed;
}

/* Takes what children have to give; ends the late ones.  Returns how many
 * failed. */
static int
serve_children(struct sched *s)
{
	int failed = 0;

	for (size_t i = 0; i < s->plan->n_jobs; i++) {
		struct job *j = &s->plan->jobs[i];
		struct err err = {0};

		if (j->child.fd <= 0)
			continue;
		if (child_read(&j->child, j->collector, &s->batch, &err) == 0) {
			if (clock_boot_ms() < j->child.deadline_boot_ms)
				continue;
			child_expire(&j->child, j->collector, &s->batch, &err);
		}
		failed += err.code != ERR_NONE;
		say(s, j, err.code != ERR_NONE ? &err : NULL);
	}
	return failed;
}

/* Fills p with the pipes of children; *wait_ms becomes the time to the first
 * deadline, or -1 when no child runs. */
static nfds_t
child_pipes(const struct sched *s, struct pollfd *p, int *wait_ms)
{
	int64_t now = clock_boot_ms();
	nfds_t n = 0;

	*wait_ms = -1;
	for (size_t i = 0; i < s->plan->n_jobs; i++) {
		const struct child *ch = &s->plan->jobs[i].child;
		int64_t left = ch->deadline_boot_ms - now;

		if (ch->fd <= 0)
			continue;
		p[n++] = (struct pollfd){.fd = ch->fd - 1, .events = POLLIN};
		left = left < 0 ? 0 : left;
		if (*wait_ms < 0 || left < *wait_ms)
			*wait_ms = (int)left;
	}
	return n;
}

static int
hand_over(struct sched *s)
{
	if (s->batch.n == 0)
		return 0;
	if (s->store(&s->batch, s->arg) != 0) {
		/* room for as much again, or it has to go */
		if (s->batch.bytes.len > BATCH_MAX_BYTES / 2) {
			collect_stats.refused += s->batch.n;
			batch_reset(&s->batch);
		}
		return -1;
	}
	batch_reset(&s->batch);
	return 0;
}

/* A whole tick: run, store, and note what it cost. */
static int
tick(struct sched *s, int64_t wall_ms, bool all)
{
	int64_t cpu_us = clock_cpu_us(), begun = mono_ms();
	int failed = run_due(s, wall_ms, all);

	if (hand_over(s) != 0)
		failed = -1;
	collect_stats.cpu_s = (double)(clock_cpu_us() - cpu_us) / 1e6;
	collect_stats.pass_s = (double)(mono_ms() - begun) / 1e3;
	return failed;
}

int
sched_once(struct sched *s)
{
	struct pollfd p[PLAN_JOBS_MAX];
	int failed = run_due(s, clock_wall_ms(), true), wait_ms;

	for (;;) {
		nfds_t n = child_pipes(s, p, &wait_ms);

		if (n == 0)
			break;
		(void)poll(p, n, wait_ms);
		failed += serve_children(s);
	}
	return hand_over(s) != 0 ? -1 : failed;
}

/* Arms the timer for an absolute wall time; setting the clock ends it too. */
static int
arm(int timer, int64_t wall_ms)
{
	struct itimerspec it = {
	    .it_value = {.tv_sec = (time_t)(wall_ms / 1000),
			 .tv_nsec = (long)(wall_ms % 1000) * 1000000},
	};

	return timerfd_settime(
	    timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &it, NULL);
}

static void
loop(struct sched *s, int signals, int timer)
{
	struct pollfd p[POLL_MAX];
	struct signalfd_siginfo taken;
	int64_t wall_ms = clock_wall_ms();
	uint64_t expired;
	int wait_ms;

	(void)tick(s, wall_ms, true);
	(void)arm(timer, plan_next_ms(s->plan, wall_ms));
	for (;;) {
		nfds_t n = 2 + child_pipes(s, p + 2, &wait_ms);

		p[0] = (struct pollfd){.fd = signals, .events = POLLIN};
		p[1] = (struct pollfd){.fd = timer, .events = POLLIN};
		if (poll(p, n, wait_ms) < 0 && errno != EINTR)
			return;
		if (p[0].revents != 0) {
			(void)!read(signals, &taken, sizeof(taken));
			return;
		}
		if (n > 2) {
			(void)serve_children(s);
			(void)hand_over(s);
		}
		/* ECANCELED (the clock was set) arrives here as well */
		if (p[1].revents == 0)
			continue;
		(void)!read(timer, &expired, sizeof(expired));
		wall_ms = clock_wall_ms();
		(void)tick(s, wall_ms, false);
		(void)arm(timer, plan_next_ms(s->plan, wall_ms));
	}
}

int
sched_run(struct sched *s, struct err *err)
{
	int signals, timer, rc = -1;
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (signals < 0 || timer < 0) {
		err_sys(err, errno, "timer");
	} else {
		loop(s, signals, timer);
		(void)hand_over(s);
		rc = 0;
	}
	if (signals >= 0)
		(void)close(signals);
	if (timer >= 0)
		(void)close(timer);
	return rc;
}
