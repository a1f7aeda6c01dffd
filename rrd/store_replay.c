/* SPDX-License-Identifier: MIT */
/*
 * A file that was put aside takes what it had from the log with it.  The log
 * still holds all since the last checkpoint: the new file gets that again.
 */
#include <string.h>

#include "rrd/store_impl.h"

/* Whether a record changes the file of this path. */
static bool
is_for(const struct store_file *f, const struct record *r)
{
	return (r->type == RECORD_CREATE || r->type == RECORD_REPLACE ||
		r->type == RECORD_SAMPLE) &&
	       r->path_bytes == f->path_bytes &&
	       memcmp(r->path, f->path, f->path_bytes) == 0;
}

static int
read_again(struct store *s, struct store_file *f, struct cursor *c,
	   struct err *err)
{
	struct record_mark mark;
	struct record r;
	int rc;

	while ((rc = cursor_next(c, s->cursor.at.sequence, &r, err)) > 0) {
		if (is_for(f, &r) &&
		    store_op_add(s, f, record_head_of(&r), err) != 0)
			return -1;
		if (record_mark_get(&r, &mark) == 0 && mark.kind == MARK_CLOCK)
			store_discard(s, &mark, r.sequence, r.time_s);
	}
	return rc;
}

int
store_replay(struct store *s, struct store_file *f, struct err *err)
{
	const struct store_file before = *f;
	struct cursor c;

	if (cursor_init(&c, s->state, &s->checkpoint_at, err) != 0)
		return -1;
	f->first = f->last = STORE_NONE;
	f->n_ops = 0;
	if (read_again(s, f, &c, err) != 0 ||
	    cursor_adopt(&s->cursor, &c, err) != 0) {
		s->n_pending -= f->n_ops;
		f->first = before.first;
		f->last = before.last;
		f->n_ops = before.n_ops;
		cursor_done(&c);
		return -1;
	}
	s->n_pending -= before.n_ops;
	cursor_done(&c);
	return 0;
}
