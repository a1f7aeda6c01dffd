/* SPDX-License-Identifier: MIT */
/* The engine's memory, as it is stored: see keep.h.  Reading it back is
 * keep_load.c's. */
#include "alert/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/carry.h"
#include "core/buf.h"
#include "core/json.h"

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
	if (a->quiet.is) {
		put_i64(out, "seen", a->quiet.seen_s);
		put_i64(out, "quiet", a->quiet.since_boot_ms);
	}
	if (a->heard.is) {
		put_i64(out, "heard", a->heard.level);
		put_i64(out, "starts", a->heard.starts_s);
		put_i64(out, "until", a->heard.until_boot_ms);
	}
	buf_char(out, '}');
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
	event.source = a->heard.is ? alert_label(a, "source") : "robin-alert";
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
	buf_init(&json, KEEP_RECORD_MAX);
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
