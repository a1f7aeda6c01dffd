/* SPDX-License-Identifier: MIT */
/* Messages to their channels: see deliver.h. */
#include "alert/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alert/message.h"
#include "alert/picture.h"
#include "alert/rights.h"
#include "core/buf.h"
#include "core/clock.h"
#include "events/outbox.h"

#define PNG_BYTES (4 * 1024 * 1024)

/* What a child writes before it exits. */
struct deliver_report {
	int rc, final;
	int64_t retry_after_s;
	struct err err;
};

void
deliver_init(struct deliver *d, const struct settings *s, const char *state)
{
	*d = (struct deliver){.settings = s, .state = state};
}

static void
send_message(const struct channel *c, const char *state, bool fenced,
	     const char *json, size_t len, struct deliver_report *out)
{
	struct message *m = malloc(sizeof(*m));
	struct delivery d = {.channel = c, .message = m, .retry_after_s = -1};
	struct buf png;

	if (m == NULL) {
		out->rc = err_set(&out->err, ERR_NOMEM, "out of memory");
		return;
	}
	buf_init(&png, PNG_BYTES);
	out->rc = message_parse(json, len, m, &out->err);
	if (out->rc != 0) {
		d.final = true;
	} else {
		if (c->notifier->wants_png)
			picture_draw(state, m, &png);
		if (png.len > 0) {
			d.png = png.data;
			d.png_len = png.len;
		}
		/* the picture is drawn, which takes a lock on a file */
		if (fenced)
			out->rc = rights_drop_sender(state, &out->err);
		if (out->rc == 0)
			out->rc = c->notifier->send(&d, &out->err);
	}
	out->final = d.final;
	out->retry_after_s = d.retry_after_s;
	buf_done(&png);
	free(m);
}

int
deliver_now(const struct channel *c, const char *state, const char *json,
	    size_t len, struct err *err)
{
	struct deliver_report r = {0};

	send_message(c, state, false, json, len, &r);
	return r.rc == 0 ? 0 : err_set(err, r.err.code, "%s", r.err.msg);
}

static void
child(const struct deliver *d, const struct channel *c,
      const struct outbox_message *m, int fd, pid_t parent)
{
	struct deliver_report r = {0};
	sigset_t none;

	/* a message whose sender died is sent again: it must not be twice */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAIL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	send_message(c, d->state, !rights_starts(c), m->body, strlen(m->body),
		     &r);
	(void)!write(fd, &r, sizeof(r));
	_exit(EXIT_OK);
}

static int
start_one(struct deliver *d, struct deliver_slot *slot, const struct channel *c,
	  const struct outbox_message *m, int64_t now_boot_ms, struct err *err)
{
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_sys(err, errno, "pipe");
	slot->pid = fork();
	if (slot->pid == 0) {
		(void)close(fds[0]);
		child(d, c, m, fds[1], parent);
	}
	(void)close(fds[1]);
	if (slot->pid < 0) {
		slot->pid = 0;
		(void)close(fds[0]);
		return err_sys(err, errno, "fork");
	}
	slot->fd = fds[0];
	slot->id = m->id;
	slot->attempts = m->attempts;
	slot->created_s = m->created_s;
	slot->end_boot_ms = now_boot_ms + DELIVER_DEADLINE_MS;
	return 0;
}

/* What the walk over the heads of all channels carries along. */
struct starting {
	struct deliver *d;
	int64_t now_boot_ms;
	struct err *err;
	int64_t orphans[CHANNELS_MAX]; /* ids of channels that are no more */
	size_t n_orphans;
};

static int
head(const struct outbox_message *m, void *arg)
{
	struct starting *s = arg;
	const struct settings *set = s->d->settings;
	const struct channel *c = settings_channel(set, m->channel);
	struct deliver_slot *slot;

	if (c == NULL) {
		if (s->n_orphans < CHANNELS_MAX)
			s->orphans[s->n_orphans++] = m->id;
		return 0;
	}
	slot = &s->d->slots[c - set->channels];
	if (slot->pid != 0 || m->not_before_boot_ms > s->now_boot_ms ||
	    deliver_cap_ms(&slot->tokens_boot_ms, c->per_hour, s->now_boot_ms) >
		0)
		return 0;
	return start_one(s->d, slot, c, m, s->now_boot_ms, s->err);
}

int
deliver_start(struct deliver *d, struct events *db, int64_t now_boot_ms,
	      struct err *err)
{
	struct starting s = {.d = d, .now_boot_ms = now_boot_ms, .err = err};

	if (outbox_heads(db, head, &s, err) != 0)
		return -1;
	for (size_t i = 0; i < s.n_orphans; i++) {
		d->n_dropped++;
		if (outbox_remove(db, s.orphans[i], err) != 0)
			return -1;
	}
	return 0;
}

static double
random_ratio(void)
{
	uint32_t r = 0;

	(void)!getrandom(&r, sizeof(r), 0);
	return (double)r / 4294967296.0;
}

/* A message that cannot be delivered must not be lost silently. */
static int
give_up(struct deliver *d, struct events *db, const struct channel *c,
	const struct deliver_slot *slot, const struct err *why, struct err *err)
{
	struct event event;
	char uid[128], title[160];
	int rc;

	(void)snprintf(uid, sizeof(uid), "undelivered-%s-%lld-%lld", c->name,
		       (long long)slot->id, (long long)slot->created_s);
	(void)snprintf(title, sizeof(title),
		       "A message to channel %s could not be delivered",
		       c->name);
	event_init(&event);
	event.uid = uid;
	event.kind = "robin";
	event.severity = "warning";
	event.time_s = clock_wall_s();
	event.title = title;
	event.text = why->msg;
	event.source = "robin-alert";
	d->n_dropped++;
	if (events_begin(db, err) != 0)
		return -1;
	rc = events_add(db, &event, err) < 0 ||
		     outbox_remove(db, slot->id, err) != 0
		 ? -1
		 : 0;
	if (rc == 0)
		return events_commit(db, err);
	events_abort(db);
	return -1;
}

static int
record(struct deliver *d, struct events *db, const struct channel *c,
       struct deliver_slot *slot, const struct deliver_report *r,
       struct err *err)
{
	int64_t age_s = clock_wall_s() - slot->created_s;

	if (r->rc == 0) {
		d->n_sent++;
		return outbox_remove(db, slot->id, err);
	}
	d->n_failed++;
	if (d->note != NULL)
		d->note(c->name, &r->err);
	if (r->final || age_s > d->settings->give_up_s)
		return give_up(d, db, c, slot, &r->err, err);
	return outbox_retry(db, slot->id,
			    clock_boot_ms() +
				deliver_backoff_ms(slot->attempts + 1,
						   r->retry_after_s,
						   random_ratio()),
			    r->err.msg, err);
}

/* The child has ended, or is over its time. */
static int
finish(struct deliver *d, struct events *db, size_t i, bool late,
       struct err *err)
{
	struct deliver_slot *slot = &d->slots[i];
	struct deliver_report r = {.retry_after_s = -1};
	ssize_t n = late ? 0 : read(slot->fd, &r, sizeof(r));
	int rc;

	if (n != (ssize_t)sizeof(r)) {
		(void)kill(slot->pid, SIGKILL);
		r.final = 0;
		r.retry_after_s = -1;
		r.rc = err_set(&r.err, late ? ERR_TIMEOUT : ERR_INTERNAL,
			       late ? "over the deadline" : "sender died");
	}
	while (waitpid(slot->pid, NULL, 0) < 0 && errno == EINTR)
		;
	(void)close(slot->fd);
	rc = record(d, db, &d->settings->channels[i], slot, &r, err);
	slot->pid = 0;
	return rc;
}

int
deliver_reap(struct deliver *d, struct events *db, int64_t wait_ms,
	     struct err *err)
{
	struct pollfd fds[CHANNELS_MAX];
	size_t slots[CHANNELS_MAX];
	nfds_t n = 0;
	int64_t now_boot_ms;
	int rc = 0;

	for (size_t i = 0; i < d->settings->n_channels; i++) {
		if (d->slots[i].pid == 0)
			continue;
		fds[n] =
		    (struct pollfd){.fd = d->slots[i].fd, .events = POLLIN};
		slots[n++] = i;
	}
	if (poll(fds, n, (int)wait_ms) < 0)
		return errno == EINTR ? 0 : err_sys(err, errno, "poll");
	now_boot_ms = clock_boot_ms();
	for (nfds_t k = 0; k < n && rc == 0; k++) {
		bool said = fds[k].revents != 0;

		if (said || now_boot_ms >= d->slots[slots[k]].end_boot_ms)
			rc = finish(d, db, slots[k], !said, err);
	}
	return rc;
}

int
deliver_busy(const struct deliver *d)
{
	int n = 0;

	for (size_t i = 0; i < CHANNELS_MAX; i++)
		n += d->slots[i].pid != 0;
	return n;
}

void
deliver_stop(struct deliver *d)
{
	for (size_t i = 0; i < CHANNELS_MAX; i++) {
		if (d->slots[i].pid == 0)
			continue;
		(void)kill(d->slots[i].pid, SIGKILL);
		(void)waitpid(d->slots[i].pid, NULL, 0);
		(void)close(d->slots[i].fd);
		d->slots[i].pid = 0;
	}
}
