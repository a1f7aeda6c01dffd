/* SPDX-License-Identifier: MIT */
/* robin-alert at work: see service.h. */
#include "alert/service.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alert/control.h"
#include "alert/rights.h"
#include "alert/status.h"
#include "alert/tell.h"
#include "core/clock.h"
#include "core/state.h"
#include "events/inbox.h"
#include "events/outbox.h"
#include "rrd/timeguard.h"

#define PURGE_MS INT64_C(3600000)

static int
take_lock(struct service *s, struct err *err)
{
	char path[PATH_MAX];

	if (state_path(s->state, STATE_ALERT_LOCK, path, sizeof(path), err) !=
	    0)
		return -1;
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (s->lock < 0)
		return err_sys(err, errno, "%s: open", path);
	if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK
		   ? err_set(err, ERR_BUSY,
			     "%s: another robin-alert is at work", path)
		   : err_sys(err, errno, "%s: lock", path);
}

static void
start_engine(struct service *s)
{
	engine_init(&s->engine, s->settings, &s->query);
	s->engine.trust_wall = s->once;
	memcpy(s->engine.site, s->site, sizeof(s->engine.site));
}

/* The engine as the database knows it. */
static int
load(struct service *s, struct err *err)
{
	engine_done(&s->engine);
	groups_done(&s->groups);
	start_engine(s);
	return keep_load(&s->engine, &s->groups, s->db, clock_boot_ms(), err);
}

static int
load_settings(struct service *s, struct settings **out, struct err *err)
{
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return err_set(err, ERR_NOMEM, "settings: out of memory");
	if (settings_load(*out, s->file, err) == 0)
		return 0;
	free(*out);
	*out = NULL;
	return -1;
}

int
service_open(struct service *s, struct err *err)
{
	s->lock = -1;
	if (load_settings(s, &s->settings, err) != 0 ||
	    state_init(s->state, err) != 0 || take_lock(s, err) != 0 ||
	    query_open(&s->query, s->state, err) != 0)
		goto fail;
	s->query.no_drain = true; /* a look waits for nobody */
	s->db = events_open(s->state, err);
	if (s->db == NULL || load(s, err) != 0)
		goto fail;
	deliver_init(&s->deliver, s->settings, s->state);
	s->fenced = !rights_needs_exec(s->settings);
	if (s->fenced && rights_drop(s->state, err) != 0)
		goto fail;
	return 0;
fail:
	service_close(s);
	return -1;
}

void
service_close(struct service *s)
{
	if (s->settings != NULL)
		deliver_stop(&s->deliver);
	heartbeat_stop(&s->heartbeat);
	engine_done(&s->engine);
	groups_done(&s->groups);
	events_close(&s->db);
	if (s->query.registry != NULL)
		query_close(&s->query);
	if (s->lock >= 0)
		(void)close(s->lock);
	s->lock = -1;
	if (s->settings != NULL)
		settings_done(s->settings);
	free(s->settings);
	s->settings = NULL;
}

int
service_reload(struct service *s, struct err *err)
{
	struct settings *new;

	if (load_settings(s, &new, err) != 0)
		return -1;
	if (s->fenced && rights_needs_exec(new)) {
		settings_done(new);
		free(new);
		return err_set(err, ERR_CONFIG,
			       "a new channel starts a program, a right that "
			       "was given up: restart robin-alert");
	}
	/* what is being sent belongs to a channel that may be gone */
	deliver_stop(&s->deliver);
	settings_done(s->settings);
	free(s->settings);
	s->settings = new;
	deliver_init(&s->deliver, s->settings, s->state);
	return load(s, err);
}

/* History that is too old; at most once an hour. */
static int
purge(struct service *s, int64_t now_boot_ms, int64_t now_s, struct err *err)
{
	int64_t keep_s = (int64_t)s->settings->keep_days * 86400;

	if (now_boot_ms < s->purge_boot_ms)
		return 0;
	s->purge_boot_ms = now_boot_ms + PURGE_MS;
	/* a clock that woke in the future would purge everything */
	if (now_s - keep_s < CLOCK_MIN_S || timeguard_is_ahead(s->state))
		return 0;
	return events_purge(s->db, now_s - keep_s, err) < 0 ? -1 : 0;
}

static bool
must_store(const struct service *s, int64_t now_s)
{
	for (size_t i = 0; i < s->engine.silences.n; i++)
		if (s->engine.silences.list[i].until_s <= now_s)
			return true;
	return keep_is_dirty(&s->engine, &s->groups) ||
	       tell_is_due(&s->engine, &s->groups);
}

/* What the transaction holds, after the look in memory. */
static int
store(struct service *s, int64_t now_boot_ms, int64_t now_s, struct err *err)
{
	if (control_sweep(&s->engine, s->db, now_s, err) != 0 ||
	    purge(s, now_boot_ms, now_s, err) != 0 ||
	    tell_all(&s->engine, &s->groups, s->db, now_boot_ms, now_s,
		     &s->n_queued, err) != 0)
		return -1;
	return keep_store(&s->engine, &s->groups, s->db, now_s, err);
}

static int
look(struct service *s, struct inbox *in, struct err *err)
{
	int64_t now_boot_ms = clock_boot_ms(), now_s = clock_wall_s();
	int built = engine_build(&s->engine, now_boot_ms, err);
	bool begun = false;

	if (built < 0)
		return -1;
	if (in->n > 0) {
		begun = events_begin(s->db, err) == 0;
		if (!begun || control_take(&s->engine, s->db, in, now_boot_ms,
					   now_s, err) != 0)
			goto fail;
	}
	if (built == 0 && engine_look(&s->engine, now_boot_ms, now_s, err) != 0)
		goto fail;
	if (!begun && !must_store(s, now_s) && now_boot_ms < s->purge_boot_ms)
		return 0;
	if (!begun && events_begin(s->db, err) != 0)
		return -1;
	begun = true;
	if (store(s, now_boot_ms, now_s, err) != 0)
		goto fail;
	begun = false;
	if (events_commit(s->db, err) != 0)
		goto fail;
	keep_clean(&s->engine, &s->groups);
	return 0;
fail:
	if (begun)
		events_abort(s->db);
	return -1;
}

int
service_look(struct service *s, struct err *err)
{
	struct inbox *in = calloc(1, sizeof(*in));
	struct err why;
	int rc;

	if (in == NULL)
		return err_set(err, ERR_NOMEM, "inbox: out of memory");
	rc = inbox_read(s->state, in, err);
	if (rc == 0)
		rc = look(s, in, err);
	if (rc == 0)
		rc = inbox_remove(in, err);
	else if (load(s, &why) != 0 && s->note != NULL)
		s->note("cannot load the last state", &why);
	if (in->n_bad > 0 && s->note != NULL)
		s->note("refused messages went to inbox/bad", NULL);
	inbox_done(in);
	free(in);
	if (rc == 0)
		rc = status_write(&s->engine, s->state, clock_wall_s(), err);
	if (rc == 0 && !s->once &&
	    heartbeat_step(&s->heartbeat, s->settings, s->state,
			   clock_boot_ms()) != 0 &&
	    s->note != NULL)
		s->note("the heartbeat was not taken", NULL);
	return rc;
}

int
service_deliver(struct service *s, int64_t until_boot_ms,
		const volatile int *stop, struct err *err)
{
	while (!*stop) {
		int64_t now_boot_ms = clock_boot_ms();
		int64_t left_ms = until_boot_ms - now_boot_ms;

		if (left_ms <= 0)
			return 0;
		if (deliver_start(&s->deliver, s->db, now_boot_ms, err) != 0 ||
		    deliver_reap(&s->deliver, s->db,
				 left_ms < 1000 ? left_ms : 1000, err) != 0)
			return -1;
		if (s->once && deliver_busy(&s->deliver) == 0)
			return 0;
	}
	return 0;
}
