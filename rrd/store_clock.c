/* SPDX-License-Identifier: MIT */
/*
 * The writer and the clock: while it is suspect nothing is applied, and what
 * a person (or the clock itself, by coming back) then says about the samples
 * of that time.  See timeguard.h.
 */
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/inbox.h"
#include "core/json.h"
#include "rrd/store_impl.h"

static const struct {
	enum log_level level;
	const char *severity, *title;
} changes[] = {
    [TIMEGUARD_SUSPECT] = {LOG_LEVEL_ERROR, "critical",
			   "The clock jumped forward: samples are kept in the "
			   "log and not applied (robin clock)"},
    [TIMEGUARD_LIFTED] = {LOG_LEVEL_INFO, "info",
			  "The clock is synchronised and believed again"},
    [TIMEGUARD_RETURNED] = {LOG_LEVEL_WARN, "info",
			    "The clock came back; samples from the future are "
			    "discarded"},
    [TIMEGUARD_BACKWARD] = {LOG_LEVEL_WARN, "warning",
			    "The clock went back: samples older than the last "
			    "are refused"},
};

void
store_event(struct store *s, const char *kind, const char *severity,
	    const char *path, const char *title, const char *text)
{
	struct buf b;

	buf_init(&b, INBOX_BYTES_MAX);
	buf_str(&b, "{\"kind\":");
	json_string(&b, kind);
	json_key(&b, "severity");
	json_string(&b, severity);
	json_key(&b, "time");
	buf_i64(&b, clock_wall_s());
	if (path != NULL) {
		json_key(&b, "series");
		json_string(&b, path);
	}
	json_key(&b, "title");
	json_string(&b, title);
	json_key(&b, "text");
	json_string(&b, text != NULL ? text : "");
	json_key(&b, "source");
	json_string(&b, "robin-store");
	buf_char(&b, '}');
	/* beside the point when it fails: the log line is there */
	if (buf_ok(&b))
		(void)inbox_drop(s->state, b.data, b.len, NULL, NULL);
	buf_done(&b);
}

static void
say(struct store *s, enum timeguard_change change)
{
	if (change == TIMEGUARD_SAME)
		return;
	if (s->note != NULL)
		s->note(changes[change].level, NULL, NULL,
			changes[change].title);
	store_event(s, "clock", changes[change].severity, NULL,
		    changes[change].title, NULL);
	(void)timeguard_save(&s->guard, s->state, NULL);
}

bool
store_clock_ok(struct store *s)
{
	struct timeguard_now now;
	enum timeguard_change change;

	timeguard_read(&now);
	change = timeguard_look(&s->guard, &now);
	say(s, change);
	if (change == TIMEGUARD_RETURNED)
		(void)store_clock_reject(s, NULL);
	return !s->guard.suspect;
}

int
store_clock_accept(struct store *s, struct err *err)
{
	struct timeguard_now now;

	timeguard_read(&now);
	timeguard_accept(&s->guard, &now);
	return timeguard_save(&s->guard, s->state, err);
}

/* Takes the records of a MARK_CLOCK's range that are too new off a list. */
static void
discard(struct store *s, struct store_file *f, uint64_t from, uint64_t to,
	int64_t limit_s)
{
	uint32_t k = f->first, *link = &f->first;

	f->last = STORE_NONE;
	while (k != STORE_NONE) {
		const struct record_head *r = s->ops[k].record;
		uint32_t next = s->ops[k].next;

		if (r->sequence >= from && r->sequence < to &&
		    r->time_s > limit_s) {
			f->n_ops--;
			s->n_pending--;
		} else {
			*link = k;
			link = &s->ops[k].next;
			f->last = k;
		}
		k = next;
	}
	*link = STORE_NONE;
}

void
store_discard(struct store *s, const struct record_mark *mark, uint64_t to,
	      int64_t limit_s)
{
	for (size_t i = 0; i < s->n_files; i++)
		if (s->files[i]->n_ops > 0)
			discard(s, s->files[i], mark->sequence, to, limit_s);
	if (s->n_pending == 0)
		s->n_ops = 0;
}

int
store_clock_reject(struct store *s, struct err *err)
{
	struct record_mark mark = {.kind = MARK_CLOCK,
				   .checkpoint = s->checkpoint};
	struct timeguard_now now;
	struct wal_pos from;
	int64_t limit_s;

	timeguard_read(&now);
	limit_s = timeguard_expected_s(&s->guard, &now) + TIMEGUARD_JUMP_S;
	if (store_read(s, err) != 0)
		return -1;
	from = store_needed_from(s);
	mark.segment = from.segment;
	mark.offset = from.offset;
	mark.sequence = from.sequence;
	memcpy(mark.boot_id, now.boot_id, sizeof(mark.boot_id));
	if (wal_begin(s->wal, err) != 0)
		return -1;
	if (wal_note(s->wal, RECORD_MARK, limit_s, "", &mark, sizeof(mark),
		     err) != 0) {
		wal_abort(s->wal);
		return -1;
	}
	/* reading the mark back drops what is pending; the table has to
	 * forget it too */
	if (wal_commit(s->wal, err) != 0 || store_read(s, err) != 0)
		return -1;
	return wal_rebuild(s->wal, err);
}
