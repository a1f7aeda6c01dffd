/* SPDX-License-Identifier: MIT */
/* The engine's memory: see keep.h. */
#include "alert/keep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/carry.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/json.h"
#include "events/outbox.h"

#define RECORD_MAX 65536

struct group_memory *
groups_get(struct groups *g, const char *key)
{
	struct group_memory *m;

	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->list[i].key, key) == 0)
			return &g->list[i];
	if (g->n == g->room) {
		size_t room = g->room > 0 ? 2 * g->room : 16;

		m = realloc(g->list, room * sizeof(*m));
		if (m == NULL)
			return NULL;
		g->list = m;
		g->room = room;
	}
	m = &g->list[g->n++];
	*m = (struct group_memory){0};
	group_state_init(&m->state);
	(void)snprintf(m->key, sizeof(m->key), "%s", key);
	return m;
}

void
groups_remove(struct groups *g, const char *key)
{
	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->list[i].key, key) == 0) {
			g->list[i] = g->list[--g->n];
			return;
		}
}

void
groups_done(struct groups *g)
{
	free(g->list);
	*g = (struct groups){0};
}

static void
put_i64(struct buf *out, const char *name, int64_t v)
{
	json_key(out, name);
	buf_i64(out, v);
}

static int64_t
get_i64(const cJSON *json, const char *name)
{
	double v = json_get_double(json, name, -1);

	return v > -1e15 && v < 1e15 ? (int64_t)v : -1;
}

static void
put_record(const struct engine *e, const struct alert *a, struct buf *out)
{
	const struct alert_state *s = &a->state;
	struct message_alert m;

	alert_describe(e, a, &m);
	buf_str(out, "{\"alert\":");
	message_alert_json(&m, out);
	put_i64(out, "phase", s->phase);
	put_i64(out, "level", s->level);
	put_i64(out, "over1", s->over_boot_ms[LEVEL_WARNING]);
	put_i64(out, "over2", s->over_boot_ms[LEVEL_CRITICAL]);
	put_i64(out, "under", s->under_boot_ms);
	put_i64(out, "unknown", s->unknown_boot_ms);
	put_i64(out, "last", s->last_boot_ms);
	put_i64(out, "since", s->since_s);
	put_i64(out, "flapping", s->flapping);
	json_key(out, "penalty");
	json_double(out, s->penalty);
	json_key(out, "value");
	json_double(out, a->value);
	put_i64(out, "told", a->told);
	put_i64(out, "acked", a->acked);
	buf_char(out, '}');
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
	cJSON *doc = json_parse(json, strlen(json), RECORD_MAX, l->err);
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
	cJSON *doc = json_parse(json, strlen(json), RECORD_MAX, NULL);
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
	cJSON *doc = json_parse(json, strlen(json), RECORD_MAX, NULL);
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
		rc = events_record_each(db, "alert", load_alert, &l, err);
	if (rc == 0)
		rc = events_record_each(db, "silence", load_silence, &l, err);
	if (rc == 0)
		rc = events_record_each(db, "group", load_group, &l, err);
out:
	buf_done(&boot);
	return rc;
}

static void
put_data(const struct alert *a, const struct message_alert *m, struct buf *out)
{
	buf_str(out, "{\"rule\":");
	json_string(out, m->rule);
	json_key(out, "fingerprint");
	json_string(out, a->fingerprint);
	json_key(out, "value");
	json_string(out, m->value);
	json_key(out, "change");
	json_string(out, alert_change_name(a->change));
	buf_char(out, '}');
}

static int
add_event(struct events *db, const struct alert *a,
	  const struct message_alert *m, const char *uid, int64_t time_s,
	  int64_t until_s, struct err *err)
{
	struct event event;
	struct buf data;
	int rc;

	buf_init(&data, 4096);
	put_data(a, m, &data);
	event_init(&event);
	event.uid = uid;
	event.kind = "alert";
	event.time_s = time_s;
	event.until_s = until_s;
	event.cluster = m->cluster;
	event.host = m->host;
	event.series = m->series;
	event.severity = alert_level_name(m->level);
	event.title = m->summary;
	event.text = m->reason;
	event.source = "robin-alert";
	event.data = data.data;
	event.tags[event.n_tags++] = m->rule;
	rc = events_add(db, &event, err) < 0 ? -1 : 0;
	buf_done(&data);
	return rc;
}

/* One row an incident, open until it ends; a raise is a row of its own. */
static int
store_history(struct engine *e, struct alert *a, struct events *db,
	      int64_t now_s, struct err *err)
{
	struct message_alert m;
	struct err why = {0};
	char uid[96];

	alert_describe(e, a, &m);
	(void)snprintf(uid, sizeof(uid), "alert-%s-%lld", a->fingerprint,
		       (long long)m.since_s);
	switch (a->change) {
	case ALERT_FIRED:
		return add_event(db, a, &m, uid, now_s, EVENT_OPEN, err);
	case ALERT_RESOLVED:
	case ALERT_EXPIRED:
		if (events_end(db, uid, now_s, &why) == 0 ||
		    why.code == ERR_NOT_FOUND)
			return 0;
		return err_set(err, why.code, "%s", why.msg);
	case ALERT_RAISED:
	case ALERT_LOWERED:
		(void)snprintf(uid, sizeof(uid), "alert-%s-%lld-%s",
			       a->fingerprint, (long long)now_s,
			       alert_change_name(a->change));
		return add_event(db, a, &m, uid, now_s, 0, err);
	default:
		return 0;
	}
}

static int
store_alert(struct engine *e, struct alert *a, struct events *db,
	    struct err *err)
{
	struct buf json;
	int rc;

	if (!carry_is_live(a))
		return events_record_remove(db, "alert", a->fingerprint, err);
	buf_init(&json, RECORD_MAX);
	put_record(e, a, &json);
	rc = events_record_put(db, "alert", a->fingerprint, json.data, err);
	buf_done(&json);
	return rc;
}

static int
store_group(const struct group_memory *m, struct events *db, struct err *err)
{
	struct buf json;
	int rc;

	buf_init(&json, 1000);
	buf_char(&json, '{');
	put_i64(&json, "first", m->state.first_boot_ms);
	put_i64(&json, "last", m->state.last_boot_ms);
	put_i64(&json, "change", m->state.change_boot_ms);
	put_i64(&json, "steps", m->state.n_steps);
	buf_char(&json, '}');
	rc = events_record_put(db, "group", m->key, json.data, err);
	buf_done(&json);
	return rc;
}

bool
keep_is_dirty(const struct engine *e, const struct groups *g)
{
	for (size_t i = 0; i < e->n_alerts; i++)
		if (e->alerts[i].dirty)
			return true;
	for (size_t i = 0; i < g->n; i++)
		if (g->list[i].dirty)
			return true;
	return false;
}

int
keep_store(struct engine *e, struct groups *g, struct events *db, int64_t now_s,
	   struct err *err)
{
	for (size_t i = 0; i < e->n_alerts; i++) {
		struct alert *a = &e->alerts[i];

		if (!a->dirty)
			continue;
		if (store_history(e, a, db, now_s, err) != 0 ||
		    store_alert(e, a, db, err) != 0)
			return -1;
	}
	for (size_t i = 0; i < g->n; i++)
		if (g->list[i].dirty && store_group(&g->list[i], db, err) != 0)
			return -1;
	return 0;
}

void
keep_clean(struct engine *e, struct groups *g)
{
	for (size_t i = 0; i < e->n_alerts; i++)
		e->alerts[i].dirty = false;
	for (size_t i = 0; i < g->n; i++)
		g->list[i].dirty = false;
}
