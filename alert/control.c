/* SPDX-License-Identifier: MIT */
/* What the inbox asks for: see control.h. */
#include "alert/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/foreign.h"
#include "core/buf.h"
#include "core/json.h"
#include "events/board.h"

struct taking {
	struct engine *e;
	int64_t now_boot_ms;
	struct events *db;
	const char *name; /* of the file: the uid */
	int64_t now_s;
	struct err *err;
};

/* 0 done, 1 refused, -1 the database failed. */
static int
take_silence(struct taking *t, const cJSON *json)
{
	const char *id = json_get_string(json, "id");
	struct silence s;
	struct buf b;
	int rc;

	if (silence_parse(json, id != NULL ? id : t->name, t->now_s, &s,
			  NULL) != 0 ||
	    silences_put(&t->e->silences, &s, NULL) != 0)
		return 1;
	buf_init(&b, 8192);
	silence_json(&s, &b);
	rc = events_record_put(t->db, "silence", s.id, b.data, t->err);
	buf_done(&b);
	return rc;
}

static int
take_unsilence(struct taking *t, const cJSON *json)
{
	const char *id = json_get_string(json, "id");

	if (id == NULL)
		return 1;
	(void)silences_remove(&t->e->silences, id);
	return events_record_remove(t->db, "silence", id, t->err);
}

static int
set_ack(struct taking *t, const cJSON *json, bool acked)
{
	const char *id = json_get_string(json, "id");
	struct alert *a = id != NULL ? engine_find(t->e, id) : NULL;

	if (a == NULL || a->state.phase != ALERT_FIRING)
		return 1;
	a->acked = acked;
	a->dirty = true;
	return 0;
}

static int
take_ack(struct taking *t, const cJSON *json)
{
	return set_ack(t, json, true);
}

static int
take_unack(struct taking *t, const cJSON *json)
{
	return set_ack(t, json, false);
}

/* Nobody is told of it, but it stands among what happened. */
static int
note_news(struct taking *t, const struct message_alert *m)
{
	struct event event;
	char uid[64];

	(void)snprintf(uid, sizeof(uid), "inbound-%s-%lld", m->fingerprint,
		       (long long)m->since_s);
	event_init(&event);
	event.uid = uid;
	event.kind = "inbound";
	event.severity = "info";
	event.time_s = m->since_s > 0 ? m->since_s : t->now_s;
	event.cluster = m->cluster;
	event.host = m->host;
	event.series = m->series;
	event.title = m->summary;
	event.text = m->reason;
	event.source = m->labels[0].value;
	event.tags[event.n_tags++] = m->rule;
	return events_add(t->db, &event, t->err) < 0 ? -1 : 0;
}

static int
take_inbound(struct taking *t, const cJSON *json)
{
	const char *from = json_get_string(json, "from");
	struct message_alert *m = malloc(sizeof(*m));
	const cJSON *one;
	int rc = m == NULL ? err_set(t->err, ERR_NOMEM, "out of memory") : 0;
	bool refused = json_get_array(json, "alerts") == NULL;

	cJSON_ArrayForEach (one, json_get_array(json, "alerts")) {
		if (rc != 0)
			break;
		switch (foreign_take(t->e, from != NULL ? from : "", one,
				     t->now_boot_ms, t->now_s, m)) {
		case FOREIGN_NEWS:
			rc = note_news(t, m);
			break;
		case FOREIGN_REFUSED:
			refused = true;
			break;
		case -1:
			rc = err_set(t->err, ERR_NOMEM, "out of memory");
			break;
		default:
			break;
		}
	}
	free(m);
	return rc != 0 ? -1 : refused;
}

static int
take_board(struct taking *t, const cJSON *json)
{
	return board_take(t->db, json, t->err);
}

/* Kinds that do something besides being noted. */
static const struct {
	const char *kind;
	int (*take)(struct taking *t, const cJSON *json);
} kinds[] = {
    {"silence", take_silence}, {"unsilence", take_unsilence},
    {"ack", take_ack},	       {"unack", take_unack},
    {"inbound", take_inbound}, {BOARD_KIND, take_board},
};

/* Kinds only robin-alert itself writes: nobody invents an alert's history. */
static bool
is_reserved(const char *kind)
{
	return strcmp(kind, "alert") == 0 || strcmp(kind, "robin") == 0;
}

static int
note(struct taking *t, const cJSON *json)
{
	struct event event;
	struct buf data;
	int rc = 1;

	buf_init(&data, EVENT_DATA_MAX);
	if (event_from_json(json, t->now_s, &data, &event, NULL) == 0 &&
	    !is_reserved(event.kind)) {
		if (*event.uid == '\0')
			event.uid = t->name;
		rc = events_add(t->db, &event, t->err) < 0 ? -1 : 0;
	}
	buf_done(&data);
	return rc;
}

static int
take(struct taking *t, const cJSON *json)
{
	const char *kind = json_get_string(json, "kind");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kind != NULL && strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].take(t, json);
	return note(t, json);
}

int
control_take(struct engine *e, struct events *db, struct inbox *in,
	     int64_t now_boot_ms, int64_t now_s, struct err *err)
{
	for (size_t i = 0; i < in->n; i++) {
		struct taking t = {.e = e,
				   .now_boot_ms = now_boot_ms,
				   .db = db,
				   .name = in->items[i].name,
				   .now_s = now_s,
				   .err = err};
		int rc = take(&t, in->items[i].json);

		if (rc < 0)
			return -1;
		if (rc > 0)
			inbox_refuse(in, i);
	}
	return 0;
}

int
control_sweep(struct engine *e, struct events *db, int64_t now_s,
	      struct err *err)
{
	struct silences *s = &e->silences;

	for (size_t i = s->n; i-- > 0;) {
		char id[SILENCE_ID_SIZE];

		if (s->list[i].until_s > now_s)
			continue;
		memcpy(id, s->list[i].id, sizeof(id));
		if (events_record_remove(db, "silence", id, err) != 0)
			return -1;
		(void)silences_remove(s, id);
	}
	return 0;
}
