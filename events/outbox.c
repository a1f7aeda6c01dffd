/* SPDX-License-Identifier: MIT */
/* The outbox table: see outbox.h. */
#include "events/outbox.h"

#include "events/sql.h"

int64_t
outbox_count(struct events *e, const char *channel, struct err *err)
{
	sqlite3_stmt *s = sql_prepare(
	    e, err, "SELECT count(*) FROM outbox WHERE ?1='' OR channel=?1",
	    "t", channel != NULL ? channel : "");
	int64_t n = -1;

	if (s == NULL)
		return -1;
	if (sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	else
		sql_fail(e, "read", err);
	(void)sqlite3_finalize(s);
	return n;
}

int
outbox_put(struct events *e, const struct outbox_message *m, int64_t max,
	   int64_t *evicted, struct err *err)
{
	int64_t waiting = outbox_count(e, m->channel, err);
	int n;

	if (waiting < 0)
		return -1;
	for (; waiting >= max; waiting--) {
		n = sql_run(e, err,
			    "DELETE FROM outbox WHERE id=(SELECT id FROM outbox"
			    " WHERE channel=? ORDER BY keep<>0, id LIMIT 1)",
			    "t", m->channel);
		if (n < 0)
			return -1;
		*evicted += n;
	}
	n = sql_run(e, err,
		    "INSERT INTO outbox(channel,topic,created_s,keep,body)"
		    " VALUES(?,?,?,?,?)",
		    "ttiit", m->channel, m->topic, m->created_s, m->keep,
		    m->body);
	return n < 0 ? -1 : 0;
}

int
outbox_heads(struct events *e,
	     int (*fn)(const struct outbox_message *m, void *arg), void *arg,
	     struct err *err)
{
	sqlite3_stmt *s = sql_prepare(
	    e, err,
	    "SELECT id,channel,topic,body,last_error,created_s,attempts,"
	    "not_before_boot_ms,keep FROM outbox WHERE id IN"
	    " (SELECT min(id) FROM outbox GROUP BY channel) ORDER BY channel",
	    "");
	struct outbox_message m;
	int rc, stop = 0;

	if (s == NULL)
		return -1;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && stop == 0) {
		m = (struct outbox_message){
		    .id = sqlite3_column_int64(s, 0),
		    .channel = sql_text(s, 1),
		    .topic = sql_text(s, 2),
		    .body = sql_text(s, 3),
		    .last_error = sql_text(s, 4),
		    .created_s = sqlite3_column_int64(s, 5),
		    .attempts = sqlite3_column_int64(s, 6),
		    .not_before_boot_ms = sqlite3_column_int64(s, 7),
		    .keep = sqlite3_column_int64(s, 8),
		};
		stop = fn(&m, arg);
	}
	if (stop == 0 && rc != SQLITE_DONE)
		stop = sql_fail(e, "read", err);
	(void)sqlite3_finalize(s);
	return stop;
}

int
outbox_remove(struct events *e, int64_t id, struct err *err)
{
	return sql_run(e, err, "DELETE FROM outbox WHERE id=?", "i", id) < 0
		   ? -1
		   : 0;
}

int
outbox_retry(struct events *e, int64_t id, int64_t not_before_boot_ms,
	     const char *error, struct err *err)
{
	return sql_run(e, err,
		       "UPDATE outbox SET attempts=attempts+1,"
		       " not_before_boot_ms=?, last_error=? WHERE id=?",
		       "iti", not_before_boot_ms, error, id) < 0
		   ? -1
		   : 0;
}

int
outbox_reset(struct events *e, struct err *err)
{
	return sql_run(e, err, "UPDATE outbox SET not_before_boot_ms=0", "") < 0
		   ? -1
		   : 0;
}
