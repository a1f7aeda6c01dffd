/* SPDX-License-Identifier: MIT */
/* Rows of events.db: events and records.  See store.h. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "events/sql.h"
#include "events/store.h"

#define LIMIT_DEFAULT 1000
#define LIMIT_MAX     10000
#define TAGS_BYTES    (EVENT_TAGS_MAX * (EVENT_TAG_MAX + 1))

#define COLUMNS                                                                \
	"id,uid,time_s,until_s,kind,cluster,host,series,severity,title,"       \
	"text,source,data,tags"

static int
add_tags(struct events *e, const struct event *event, struct err *err)
{
	int64_t id = sqlite3_last_insert_rowid(e->db);

	for (size_t i = 0; i < event->n_tags; i++)
		if (sql_run(e, err,
			    "INSERT OR IGNORE INTO event_tag(tag,event_id)"
			    " VALUES(?,?)",
			    "ti", event->tags[i], id) < 0)
			return -1;
	return 0;
}

int
events_add(struct events *e, const struct event *event, struct err *err)
{
	struct buf tags;
	int rc;

	buf_init(&tags, TAGS_BYTES);
	for (size_t i = 0; i < event->n_tags; i++)
		buf_fmt(&tags, "%s%s", i > 0 ? "\n" : "", event->tags[i]);
	if (!buf_ok(&tags)) {
		buf_done(&tags);
		return err_set(err, ERR_TOO_LARGE, "event: too many tags");
	}
	rc = sql_run(e, err,
		     "INSERT OR IGNORE INTO event(uid,time_s,until_s,kind,"
		     "cluster,host,series,severity,title,text,source,data,tags)"
		     " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
		     "tiitttttttttt", event->uid, event->time_s, event->until_s,
		     event->kind, event->cluster, event->host, event->series,
		     event->severity, event->title, event->text, event->source,
		     event->data, tags.data);
	if (rc > 0 && add_tags(e, event, err) != 0)
		rc = -1;
	buf_done(&tags);
	return rc;
}

int
events_end(struct events *e, const char *uid, int64_t until_s, struct err *err)
{
	int rc = sql_run(e, err, "UPDATE event SET until_s=? WHERE uid=?", "it",
			 until_s, uid);

	if (rc == 0)
		return err_set(err, ERR_NOT_FOUND, "event %.60s: unknown", uid);
	return rc < 0 ? -1 : 0;
}

/* Points the event's tags into a copy of the column's lines. */
static void
split_tags(struct event *event, char *lines)
{
	while (*lines != '\0' && event->n_tags < EVENT_TAGS_MAX) {
		char *end = lines + strcspn(lines, "\n");

		event->tags[event->n_tags++] = lines;
		if (*end == '\0')
			return;
		*end = '\0';
		lines = end + 1;
	}
}

static void
from_row(sqlite3_stmt *s, struct event *event, char tags[TAGS_BYTES])
{
	event_init(event);
	event->id = sqlite3_column_int64(s, 0);
	event->uid = sql_text(s, 1);
	event->time_s = sqlite3_column_int64(s, 2);
	event->until_s = sqlite3_column_int64(s, 3);
	event->kind = sql_text(s, 4);
	event->cluster = sql_text(s, 5);
	event->host = sql_text(s, 6);
	event->series = sql_text(s, 7);
	event->severity = sql_text(s, 8);
	event->title = sql_text(s, 9);
	event->text = sql_text(s, 10);
	event->source = sql_text(s, 11);
	event->data = sql_text(s, 12);
	(void)snprintf(tags, TAGS_BYTES, "%s", sql_text(s, 13));
	split_tags(event, tags);
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

/* Every restriction is one parameter; an empty one lets all rows through. */
static sqlite3_stmt *
prepare_filter(struct events *e, const struct events_filter *f, struct err *err)
{
	char sql[1200];
	int32_t limit = f->limit > 0 ? f->limit : LIMIT_DEFAULT;

	(void)snprintf(
	    sql, sizeof(sql),
	    "SELECT " COLUMNS " FROM event WHERE id>?1"
	    " AND (?2=0 OR until_s=-1 OR max(time_s,until_s)>=?2)"
	    " AND (?3=0 OR time_s<=?3)"
	    " AND (?4='' OR kind=?4)"
	    " AND (?5='' OR cluster=?5 OR cluster='')"
	    " AND (?6='' OR host=?6 OR host='')"
	    " AND (?7='' OR series=?7)"
	    " AND (?8='' OR id IN(SELECT event_id FROM event_tag WHERE "
	    "tag=?8))"
	    " ORDER BY time_s %s, id %s LIMIT ?9",
	    f->oldest_first ? "ASC" : "DESC", f->oldest_first ? "ASC" : "DESC");
	return sql_prepare(e, err, sql, "iiittttti", f->after_id, f->from_s,
			   f->to_s, or_empty(f->kind), or_empty(f->cluster),
			   or_empty(f->host), or_empty(f->series),
			   or_empty(f->tag),
			   (int64_t)(limit < LIMIT_MAX ? limit : LIMIT_MAX));
}

int
events_each(struct events *e, const struct events_filter *filter,
	    int (*fn)(const struct event *event, void *arg), void *arg,
	    struct err *err)
{
	sqlite3_stmt *s = prepare_filter(e, filter, err);
	char tags[TAGS_BYTES];
	struct event event;
	int rc, stop = 0;

	if (s == NULL)
		return -1;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && stop == 0) {
		from_row(s, &event, tags);
		stop = fn(&event, arg);
	}
	if (stop == 0 && rc != SQLITE_DONE)
		stop = sql_fail(e, "read", err);
	(void)sqlite3_finalize(s);
	return stop;
}

int64_t
events_purge(struct events *e, int64_t before_s, struct err *err)
{
	return sql_run(e, err,
		       "DELETE FROM event WHERE until_s<>-1 AND"
		       " max(time_s,until_s)<?",
		       "i", before_s);
}

int
events_record_put(struct events *e, const char *kind, const char *key,
		  const char *json, struct err *err)
{
	return sql_run(e, err,
		       "INSERT OR REPLACE INTO record(kind,key,json)"
		       " VALUES(?,?,?)",
		       "ttt", kind, key, json) < 0
		   ? -1
		   : 0;
}

int
events_record_remove(struct events *e, const char *kind, const char *key,
		     struct err *err)
{
	return sql_run(e, err, "DELETE FROM record WHERE kind=? AND key=?",
		       "tt", kind, key) < 0
		   ? -1
		   : 0;
}

int
events_record_each(struct events *e, const char *kind,
		   int (*fn)(const char *key, const char *json, void *arg),
		   void *arg, struct err *err)
{
	return events_record_below(e, kind, "", fn, arg, err);
}

int
events_record_below(struct events *e, const char *kind, const char *prefix,
		    int (*fn)(const char *key, const char *json, void *arg),
		    void *arg, struct err *err)
{
	/* in SQLite every text sorts before every blob */
	sqlite3_stmt *s = sql_prepare(e, err,
				      "SELECT key,json FROM record"
				      " WHERE kind=?1 AND key>=?2 AND"
				      " key<iif(?2='',x'',?2||'\x7f')"
				      " ORDER BY key",
				      "tt", kind, prefix);
	int rc, stop = 0;

	if (s == NULL)
		return -1;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && stop == 0)
		stop = fn(sql_text(s, 0), sql_text(s, 1), arg);
	if (stop == 0 && rc != SQLITE_DONE)
		stop = sql_fail(e, "read", err);
	(void)sqlite3_finalize(s);
	return stop;
}
