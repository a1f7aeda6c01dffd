/* SPDX-License-Identifier: MIT */
/* From events to marks: see notes.h. */
#include "fcgi/notes.h"

#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "events/store.h"

#define ROWS_MAX 1000

/* Kinds with a mark of their own, or none; others are as written by hand. */
static const struct {
	const char *kind;
	enum graph_note_kind as;
} kinds[] = {
    {"alert", GRAPH_NOTE_ALERT},
    {"heal", GRAPH_NOTE_HEAL},
    {"chaos", GRAPH_NOTE_CHAOS},
    {"robin", GRAPH_NOTE__MAX}, /* of Robin itself, not of a host */
};

static enum graph_note_kind
kind_of(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].as;
	return GRAPH_NOTE_OTHER;
}

static enum graph_level
level_of(const char *severity)
{
	if (strcmp(severity, "critical") == 0)
		return GRAPH_CRITICAL;
	return strcmp(severity, "warning") == 0 ? GRAPH_WARNING : GRAPH_INFO;
}

struct walk {
	const struct target *t;
	int64_t now_s;
	struct notes *out;
};

static bool
is_shown(const struct target *t, const struct event *e)
{
	if (e->host[0] == '\0')
		return true;
	for (size_t i = 0; i < t->n_hosts; i++)
		if (strcmp(t->paths[i].host, e->host) == 0)
			return true;
	return false;
}

static uint64_t
hash_text(uint64_t seed, const char *text)
{
	return XXH64(text, strlen(text) + 1, seed);
}

static int
add(const struct event *e, void *arg)
{
	const int64_t numbers[] = {e->id, e->time_s, e->until_s};
	struct walk *w = arg;
	struct notes *out = w->out;
	enum graph_note_kind kind = kind_of(e->kind);
	struct graph_note *note;

	if (kind == GRAPH_NOTE__MAX || !is_shown(w->t, e))
		return 0;
	out->in_all[kind]++;
	out->mark = XXH64(numbers, sizeof(numbers), out->mark);
	out->mark = hash_text(out->mark, e->severity);
	out->mark = hash_text(out->mark, e->title);
	if (out->n == GRAPH_NOTES_MAX)
		return 0;
	note = &out->list[out->n++];
	note->time_s = e->time_s;
	note->until_s = e->until_s == EVENT_OPEN ? w->now_s : e->until_s;
	note->kind = kind;
	note->level = level_of(e->severity);
	(void)snprintf(note->text, sizeof(note->text), "%s", e->title);
	return 0;
}

/* They came newest first. */
static void
reverse(struct notes *out)
{
	for (size_t i = 0; i < out->n / 2; i++) {
		struct graph_note swap = out->list[i];

		out->list[i] = out->list[out->n - 1 - i];
		out->list[out->n - 1 - i] = swap;
	}
}

void
notes_read(const char *state, const struct target *t, int64_t to_s,
	   int64_t now_s, struct notes *out)
{
	struct events_filter filter = {
	    .from_s = t->range.from_s,
	    .to_s = to_s,
	    .cluster = t->paths[0].cluster,
	    .host = t->n_hosts == 1 ? t->paths[0].host : NULL,
	    .limit = ROWS_MAX,
	};
	struct walk w = {t, now_s, out};
	struct err err = {0};
	struct events *events;

	*out = (struct notes){0};
	events = events_open_ro(state, &err);
	if (events == NULL) {
		out->lost = err.code != ERR_NOT_FOUND;
		return;
	}
	if (events_each(events, &filter, add, &w, &err) < 0)
		*out = (struct notes){.lost = true};
	events_close(&events);
	reverse(out);
}
