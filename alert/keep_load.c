/* SPDX-License-Identifier: MIT */
/* The engine's memory, read back: see keep.h. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "alert/keep.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/json.h"
#include "events/outbox.h"

static int64_t
get_i64(const cJSON *json, const char *name)
{
	double v = json_get_double(json, name, -1);

	return v > -1e15 && v < 1e15 ? (int64_t)v : -1;
}

static enum alert_level
get_level(const cJSON *json, const char *name)
{
	int64_t v = get_i64(json, name);

	return v >= LEVEL_OK && v < LEVEL__MAX ? (enum alert_level)v : LEVEL_OK;
}

static void
read_state(const cJSON *json, struct alert_state *s)
{
	int64_t phase = get_i64(json, "phase");

	alert_state_init(s);
	s->phase = phase > 0 && phase < ALERT_PHASE__MAX
		       ? (enum alert_phase)phase
		       : ALERT_IDLE;
	s->level = get_level(json, "level");
	s->over_boot_ms[LEVEL_WARNING] = get_i64(json, "over1");
	s->over_boot_ms[LEVEL_CRITICAL] = get_i64(json, "over2");
	s->under_boot_ms = get_i64(json, "under");
	s->unknown_boot_ms = get_i64(json, "unknown");
	s->last_boot_ms = get_i64(json, "last");
	s->since_s = get_i64(json, "since");
	s->flapping = get_i64(json, "flapping") == 1;
	s->penalty = fmin(fmax(json_get_double(json, "penalty", 0), 0), 100);
}

/* A deadline of another boot begins again. */
static void
read_heard(const cJSON *json, bool same_boot, int64_t again_boot_ms,
	   struct heard *h)
{
	if (cJSON_GetObjectItemCaseSensitive(json, "heard") == NULL)
		return;
	h->is = true;
	h->level = get_level(json, "heard");
	h->starts_s = get_i64(json, "starts");
	h->until_boot_ms = same_boot ? get_i64(json, "until") : again_boot_ms;
}

/* Of another boot the age alone is known. */
static void
read_quiet(const cJSON *json, bool same_boot, int64_t now_boot_ms,
	   struct quiet *q)
{
	double age_s = json_get_double(json, "value", 0);

	if (cJSON_GetObjectItemCaseSensitive(json, "quiet") == NULL)
		return;
	q->is = true;
	q->seen_s = get_i64(json, "seen");
	q->since_boot_ms = same_boot ? get_i64(json, "quiet")
				     : now_boot_ms - (int64_t)(age_s * 1000);
}

struct loading {
	struct engine *e;
	struct groups *g;
	size_t room;
	bool same_boot;
	int64_t now_boot_ms;
	struct err *err;
};

static int
load_alert(const char *key, const char *json, void *arg)
{
	struct loading *l = arg;
	struct engine *e = l->e;
	cJSON *doc = json_parse(json, strlen(json), KEEP_RECORD_MAX, l->err);
	struct alert *a;

	if (doc == NULL)
		return 0; /* cannot be ours; the next store replaces it */
	if (e->n_alerts == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 64;
		a = realloc(e->alerts, l->room * sizeof(*a));
		if (a == NULL)
			goto full;
		e->alerts = a;
	}
	a = &e->alerts[e->n_alerts];
	*a = (struct alert){.snapshot = calloc(1, sizeof(*a->snapshot))};
	if (a->snapshot == NULL)
		goto full;
	e->n_alerts++;
	(void)snprintf(a->fingerprint, sizeof(a->fingerprint), "%s", key);
	message_alert_read(cJSON_GetObjectItemCaseSensitive(doc, "alert"),
			   a->snapshot);
	read_state(doc, &a->state);
	alert_state_rebase(&a->state, l->same_boot, l->now_boot_ms);
	a->level = a->snapshot->level;
	a->ended_s = a->snapshot->ended_s;
	(void)snprintf(a->reason, sizeof(a->reason), "%.150s",
		       a->snapshot->reason);
	a->value = json_get_double(doc, "value", NAN);
	a->told = get_level(doc, "told");
	a->acked = get_i64(doc, "acked") == 1;
	read_quiet(doc, l->same_boot, l->now_boot_ms, &a->quiet);
	read_heard(doc, l->same_boot,
		   l->now_boot_ms +
		       (int64_t)e->settings->inbound_stale_s * 1000,
		   &a->heard);
	cJSON_Delete(doc);
	return 0;
full:
	cJSON_Delete(doc);
	return err_set(l->err, ERR_NOMEM, "alerts: out of memory");
}

static int
load_silence(const char *key, const char *json, void *arg)
{
	struct loading *l = arg;
	cJSON *doc = json_parse(json, strlen(json), KEEP_RECORD_MAX, NULL);
	struct silence s;

	/* one that is over is refused here, and swept by keep_store */
	if (doc != NULL &&
	    silence_parse(doc, key, clock_wall_s(), &s, NULL) == 0)
		(void)silences_put(&l->e->silences, &s, NULL);
	cJSON_Delete(doc);
	return 0;
}

static int
load_group(const char *key, const char *json, void *arg)
{
	struct loading *l = arg;
	cJSON *doc = json_parse(json, strlen(json), KEEP_RECORD_MAX, NULL);
	struct group_memory *m = doc != NULL ? groups_get(l->g, key) : NULL;

	if (m != NULL) {
		m->state.first_boot_ms = get_i64(doc, "first");
		m->state.last_boot_ms = get_i64(doc, "last");
		m->state.change_boot_ms = get_i64(doc, "change");
		m->state.n_steps = (int32_t)get_i64(doc, "steps");
		if (!l->same_boot) {
			/* told in another boot: count its pauses from now */
			m->state.change_boot_ms = -1;
			m->state.first_boot_ms = l->now_boot_ms;
			m->state.last_boot_ms = l->now_boot_ms;
		}
	}
	cJSON_Delete(doc);
	return 0;
}

/* This boot's name, as a JSON string. */
static int
read_boot(struct buf *out, struct err *err)
{
	struct buf id;
	int rc;

	buf_init(&id, 200);
	rc = file_read("/proc/sys/kernel/random/boot_id", &id, err);
	while (id.len > 0 && id.data[id.len - 1] == '\n')
		buf_cut(&id, id.len - 1);
	json_string(out, id.data);
	buf_done(&id);
	return rc;
}

static int
compare_boot(const char *key, const char *json, void *arg)
{
	return strcmp(key, "boot") == 0 && strcmp(json, arg) == 0;
}

/* Marks what this installation sends, so that it knows it when it comes back
 * through another program. */
static int
load_origin(const char *key, const char *json, void *arg)
{
	struct engine *e = arg;

	if (strcmp(key, "origin") == 0 &&
	    strlen(json) == FINGERPRINT_SIZE - 1 + 2)
		(void)snprintf(e->origin, sizeof(e->origin), "%.*s",
			       FINGERPRINT_SIZE - 1, json + 1);
	return 0;
}

static int
make_origin(struct engine *e, struct events *db, struct err *err)
{
	uint64_t random = 0;
	char json[FINGERPRINT_SIZE + 2];

	if (events_record_each(db, "meta", load_origin, e, err) < 0)
		return -1;
	if (e->origin[0] != '\0')
		return 0;
	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return err_sys(err, errno, "random bytes");
	(void)snprintf(e->origin, sizeof(e->origin), "%016llx",
		       (unsigned long long)random);
	(void)snprintf(json, sizeof(json), "\"%s\"", e->origin);
	return events_record_put(db, "meta", "origin", json, err);
}

int
keep_load(struct engine *e, struct groups *g, struct events *db,
	  int64_t now_boot_ms, struct err *err)
{
	struct loading l = {
	    .e = e, .g = g, .now_boot_ms = now_boot_ms, .err = err};
	struct buf boot;
	int rc = -1;

	buf_init(&boot, 300);
	if (read_boot(&boot, err) != 0)
		goto out;
	rc = events_record_each(db, "meta", compare_boot, boot.data, err);
	if (rc < 0)
		goto out;
	l.same_boot = rc == 1;
	rc = 0;
	if (!l.same_boot &&
	    (outbox_reset(db, err) != 0 ||
	     events_record_put(db, "meta", "boot", boot.data, err) != 0))
		rc = -1;
	if (rc == 0)
		rc = make_origin(e, db, err);
	if (rc == 0)
		rc = events_record_each(db, "alert", load_alert, &l, err);
	if (rc == 0)
		rc = events_record_each(db, "silence", load_silence, &l, err);
	if (rc == 0)
		rc = events_record_each(db, "group", load_group, &l, err);
out:
	buf_done(&boot);
	return rc;
}
