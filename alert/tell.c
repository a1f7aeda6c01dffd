/* SPDX-License-Identifier: MIT */
/* From alerts to messages: see tell.h. */
#include "alert/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <xxhash.h>

#include "core/buf.h"
#include "core/clock.h"
#include "events/outbox.h"

/* An alert that may have something to say, in its group. */
struct candidate {
	char key[FINGERPRINT_SIZE];
	const struct route *route;
	struct alert *alert;
	enum tell tell;
};

struct telling {
	struct engine *e;
	struct groups *g;
	struct events *db;
	int64_t now_boot_ms, now_s;
	int64_t *queued;
	struct err *err;
};

static const char *
label_of(void *arg, const char *name)
{
	return alert_label(arg, name);
}

static bool
is_interesting(const struct alert *a)
{
	return a->state.phase == ALERT_FIRING || a->told != LEVEL_OK;
}

static void
group_key(const struct engine *e, const struct route *r, const struct alert *a,
	  char out[FINGERPRINT_SIZE])
{
	struct buf b;

	buf_init(&b, 4096);
	buf_i64(&b, (int64_t)(r - e->settings->routes));
	for (size_t i = 0; i < r->n_group_by; i++)
		buf_fmt(&b, "\n%s", alert_label(a, r->group_by[i]));
	(void)snprintf(out, FINGERPRINT_SIZE, "%016llx",
		       (unsigned long long)XXH64(b.data, b.len, 1));
	buf_done(&b);
}

static void
fill(struct telling *t, struct alert *a, struct candidate *c)
{
	struct tell_input in = {
	    .level = a->state.phase == ALERT_FIRING ? a->state.level : LEVEL_OK,
	    .told = a->told,
	    .muted = a->silenced || a->inhibited || a->off_hours,
	    .acked = a->acked};

	c->alert = a;
	c->tell = tell_of(&in);
	c->route = group_route_find(t->e->settings->routes,
				    t->e->settings->n_routes, label_of, a);
	if (c->route == NULL || c->route->to == 0) {
		/* nobody to tell */
		if (in.level == LEVEL_OK && a->told != LEVEL_OK) {
			a->told = LEVEL_OK;
			a->dirty = true;
		}
		c->route = NULL;
		return;
	}
	group_key(t->e, c->route, a, c->key);
}

/* By group; in a group what fires first, worst first, then by fingerprint. */
static int
by_group(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	int order = strcmp(a->key, b->key);
	int fa = a->alert->state.phase == ALERT_FIRING;
	int fb = b->alert->state.phase == ALERT_FIRING;

	if (order != 0)
		return order;
	if (fa != fb)
		return fb - fa;
	if (a->alert->level != b->alert->level)
		return (int)b->alert->level - (int)a->alert->level;
	return strcmp(a->alert->fingerprint, b->alert->fingerprint);
}

/* What a message lists: what fires and may be told, and what is over. */
static bool
is_listed(const struct candidate *c)
{
	return c->tell != TELL_NOTHING;
}

static void
fill_group_labels(const struct candidate *c, struct message *m)
{
	for (size_t i = 0; i < c->route->n_group_by; i++) {
		struct rule_label *l = &m->group[m->n_group++];

		message_copy(l->name, sizeof(l->name), c->route->group_by[i]);
		message_copy(l->value, sizeof(l->value),
			     alert_label(c->alert, c->route->group_by[i]));
	}
}

static void
fill_message(struct telling *t, const struct candidate *c, size_t n,
	     struct message *m)
{
	memset(m, 0, sizeof(*m));
	m->time_s = t->now_s;
	memcpy(m->topic, c->key, sizeof(m->topic));
	message_copy(m->site, sizeof(m->site), t->e->site);
	fill_group_labels(c, m);
	for (size_t i = 0; i < n; i++) {
		if (!is_listed(&c[i]))
			continue;
		if (c[i].alert->state.phase == ALERT_FIRING)
			m->n_firing++;
		else
			m->n_resolved++;
		if (m->n_alerts < MESSAGE_ALERTS_MAX)
			alert_describe(t->e, c[i].alert,
				       &m->alerts[m->n_alerts++]);
	}
}

/* An event for people to see that a channel cannot keep up. */
static int
note_evicted(struct telling *t, const char *channel, int64_t n)
{
	struct event event;
	char uid[128], title[160];

	if (n == 0)
		return 0;
	(void)snprintf(uid, sizeof(uid), "evicted-%s-%lld", channel,
		       (long long)t->now_s);
	(void)snprintf(title, sizeof(title),
		       "Channel %s has too many messages waiting: %lld dropped",
		       channel, (long long)n);
	event_init(&event);
	event.uid = uid;
	event.kind = "robin";
	event.severity = "warning";
	event.time_s = t->now_s;
	event.title = title;
	event.source = "robin-alert";
	return events_add(t->db, &event, t->err) < 0 ? -1 : 0;
}

static int
queue_one(struct telling *t, const struct channel *channel, struct message *m)
{
	struct outbox_message out = {.channel = channel->name,
				     .topic = m->topic,
				     .created_s = t->now_s,
				     .keep = m->n_resolved > 0};
	int64_t evicted = 0;
	uint32_t salt = 0;
	struct buf body;
	int rc;

	/* receivers drop what has an id they know: a restart within a second,
	 * or a clock that goes back, must not make one twice */
	(void)!getrandom(&salt, sizeof(salt), 0);
	(void)snprintf(m->id, sizeof(m->id), "%s-%lld-%08x", m->topic,
		       (long long)t->now_s, (unsigned)salt);
	message_copy(m->receiver, sizeof(m->receiver), channel->name);
	buf_init(&body, MESSAGE_JSON_MAX);
	message_json(m, &body);
	out.body = body.data;
	if (!buf_ok(&body))
		rc = err_set(t->err, ERR_TOO_LARGE, "message too large");
	else
		rc = outbox_put(t->db, &out, t->e->settings->max_waiting,
				&evicted, t->err);
	if (rc == 0)
		rc = note_evicted(t, channel->name, evicted);
	*t->queued += 1;
	buf_done(&body);
	return rc;
}

static int
queue_message(struct telling *t, uint32_t to, struct message *m)
{
	const struct settings *s = t->e->settings;

	for (size_t i = 0; i < s->n_channels; i++)
		if ((to >> i & 1) != 0 && queue_one(t, &s->channels[i], m) != 0)
			return -1;
	return 0;
}

/* People now know how these alerts are. */
static void
mark_told(struct candidate *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct alert *a = c[i].alert;
		enum alert_level now =
		    a->state.phase == ALERT_FIRING ? a->state.level : LEVEL_OK;

		if (!is_listed(&c[i]) || a->told == now)
			continue;
		a->told = now;
		a->dirty = true;
	}
}

static int
act(struct telling *t, enum group_act what, struct group_memory *g,
    struct candidate *c, size_t n)
{
	const struct route *r = c->route;
	struct message *m = malloc(sizeof(*m));
	uint32_t to = r->to;
	char span[24];
	int rc;

	if (m == NULL)
		return err_set(t->err, ERR_NOMEM, "message: out of memory");
	fill_message(t, c, n, m);
	if (what == GROUP_ESCALATE) {
		const struct route_step *step = &r->steps[g->state.n_steps - 1];

		to = step->to;
		message_span(step->after_s, span);
		(void)snprintf(m->note, sizeof(m->note),
			       "Not acknowledged for %s", span);
	} else if (what == GROUP_REPEAT) {
		(void)snprintf(m->note, sizeof(m->note), "Still so");
	}
	rc = queue_message(t, to, m);
	if (rc == 0 && what != GROUP_ESCALATE)
		mark_told(c, n);
	free(m);
	return rc;
}

static int
step_group(struct telling *t, struct candidate *c, size_t n)
{
	struct group_memory *g = groups_get(t->g, c->key);
	struct group_counts counts = {{0}};
	struct group_state before;
	enum group_act what;

	if (g == NULL)
		return err_set(t->err, ERR_NOMEM, "groups: out of memory");
	for (size_t i = 0; i < n; i++)
		counts.n[c[i].tell]++;
	before = g->state;
	what = group_step(&g->state, c->route, &counts, t->now_boot_ms);
	if (memcmp(&before, &g->state, sizeof(before)) != 0)
		g->dirty = true;
	if (what == GROUP_WAIT)
		return 0;
	if (what != GROUP_FORGET)
		return act(t, what, g, c, n);
	if (events_record_remove(t->db, "group", c->key, t->err) != 0)
		return -1;
	groups_remove(t->g, c->key);
	return 0;
}

/* A group without any alert left is forgotten once its pause is over. */
static int
sweep_groups(struct telling *t, const struct candidate *c, size_t n)
{
	static const struct group_counts none;
	static const struct route pause = {.interval_s = 300};

	for (size_t i = t->g->n; i-- > 0;) {
		struct group_memory *g = &t->g->list[i];
		size_t k = 0;

		while (k < n && strcmp(c[k].key, g->key) != 0)
			k++;
		if (k < n || group_step(&g->state, &pause, &none,
					t->now_boot_ms) != GROUP_FORGET)
			continue;
		if (events_record_remove(t->db, "group", g->key, t->err) != 0)
			return -1;
		groups_remove(t->g, g->key);
	}
	return 0;
}

static size_t
gather(struct telling *t, struct candidate *list)
{
	size_t n = 0;

	for (size_t i = 0; i < t->e->n_alerts; i++) {
		struct alert *a = &t->e->alerts[i];

		if (!is_interesting(a))
			continue;
		fill(t, a, &list[n]);
		if (list[n].route != NULL)
			n++;
	}
	return n;
}

int
tell_all(struct engine *e, struct groups *g, struct events *db,
	 int64_t now_boot_ms, int64_t now_s, int64_t *queued, struct err *err)
{
	struct telling t = {.e = e,
			    .g = g,
			    .db = db,
			    .now_boot_ms = now_boot_ms,
			    .now_s = now_s,
			    .queued = queued,
			    .err = err};
	struct candidate *list = calloc(e->n_alerts + 1, sizeof(*list));
	size_t n, i, end;
	int rc = 0;

	if (list == NULL)
		return err_set(err, ERR_NOMEM, "groups: out of memory");
	n = gather(&t, list);
	qsort(list, n, sizeof(*list), by_group);
	for (i = 0; i < n && rc == 0; i = end) {
		for (end = i + 1;
		     end < n && strcmp(list[end].key, list[i].key) == 0; end++)
			;
		rc = step_group(&t, list + i, end - i);
	}
	if (rc == 0)
		rc = sweep_groups(&t, list, n);
	free(list);
	return rc;
}

bool
tell_is_due(const struct engine *e, const struct groups *g)
{
	if (g->n > 0)
		return true;
	for (size_t i = 0; i < e->n_alerts; i++)
		if (is_interesting(&e->alerts[i]))
			return true;
	return false;
}
