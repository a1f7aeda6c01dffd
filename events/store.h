/* SPDX-License-Identifier: MIT */
/*
 * STATE/events.db: the one SQLite file.  robin-alert alone writes it
 * (journal_mode=DELETE, so a user who may only read can open it); everybody
 * else reads, or drops a message into the inbox (core/inbox.h).
 *
 * Besides events it keeps records: small JSON documents by kind and key that
 * must survive a kill in step with the events (alert states, groups,
 * silences), and the outbox (events/outbox.h).
 */
#ifndef EVENTS_STORE_H
#define EVENTS_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "events/event.h"

struct events;

#define EVENTS_VERSION 1 /* user_version of the schema */

/*
 * Opens for writing, making or upgrading the schema.  A damaged file is
 * renamed to events.db.bad-TIME, a new one made and an event tells so.
 * NULL on failure; a file of a newer Robin is ERR_UNSUPPORTED.
 */
struct events *events_open(const char *state, struct err *err);

/* Opens for reading only.  ERR_NOT_FOUND before robin-alert ever ran. */
struct events *events_open_ro(const char *state, struct err *err);

void events_close(struct events **e);

/*
 * One transaction: what lies between begin and commit is stored whole or not
 * at all, and is on the disk when commit returns 0.  abort forgets it.
 */
int events_begin(struct events *e, struct err *err);
int events_commit(struct events *e, struct err *err);
void events_abort(struct events *e);

/* Stores one event; 1 stored, 0 when its uid is there already, -1. */
int events_add(struct events *e, const struct event *event, struct err *err);

/* Sets until_s of the event with that uid; ERR_NOT_FOUND. */
int events_end(struct events *e, const char *uid, int64_t until_s,
	       struct err *err);

/* What to look for; zero and NULL members do not restrict. */
struct events_filter {
	int64_t from_s, to_s; /* events that touch [from_s, to_s] */
	const char *kind, *tag;
	const char *cluster, *host; /* those of "" (all) match too */
	const char *series;
	int64_t after_id; /* rows with a larger id, for feeds */
	int32_t limit;	  /* 0: 1000; at most 10000 */
	int oldest_first;
};

/* Calls fn for each; the event is valid for the call.  Stops when fn returns
 * non-zero and returns that.  -1 with err when the file cannot be read. */
int events_each(struct events *e, const struct events_filter *filter,
		int (*fn)(const struct event *event, void *arg), void *arg,
		struct err *err);

/* Removes events that were over before that time; how many, or -1. */
int64_t events_purge(struct events *e, int64_t before_s, struct err *err);

/* Records: one JSON document by kind ("alert", "silence", …) and key. */
int events_record_put(struct events *e, const char *kind, const char *key,
		      const char *json, struct err *err);
int events_record_remove(struct events *e, const char *kind, const char *key,
			 struct err *err);
int events_record_each(struct events *e, const char *kind,
		       int (*fn)(const char *key, const char *json, void *arg),
		       void *arg, struct err *err);

/* The same of those whose key begins with prefix (ASCII). */
int events_record_below(struct events *e, const char *kind, const char *prefix,
			int (*fn)(const char *key, const char *json, void *arg),
			void *arg, struct err *err);

#endif
