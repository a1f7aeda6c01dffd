/* SPDX-License-Identifier: MIT */
/*
 * Starting the writer: the last MARK, the headers logged since, and what to
 * do with them.  After an orderly end within this boot the files are right as
 * they are; else every header is written back first.  Killed at any point, it
 * simply runs again.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "rrd/archive.h"
#include "rrd/migrate.h"
#include "rrd/rrdhead.h"
#include "rrd/store_impl.h"

/* The last checkpoint's MARK in the log; *found says whether there is one. */
static int
find_mark(const char *state, struct record_mark *out, bool *found,
	  struct err *err)
{
	struct wal_pos oldest = {0};
	struct record_mark m;
	struct cursor c;
	struct record r;
	int rc;

	*found = false;
	if (cursor_init(&c, state, &oldest, err) != 0)
		return -1;
	while ((rc = cursor_next(&c, 0, &r, err)) > 0) {
		cursor_release(&c, c.at.segment);
		if (record_mark_get(&r, &m) != 0 || m.kind != MARK_CHECKPOINT)
			continue;
		*out = m;
		*found = true;
	}
	cursor_done(&c);
	return rc;
}

/* The cursor at the place the last checkpoint names, else at the oldest. */
static int
start_cursor(struct store *s, struct err *err)
{
	struct wal_pos at = {0};
	struct record_mark m = {0};
	struct err why = {0};
	bool found;

	if (find_mark(s->state, &m, &found, err) != 0)
		return -1;
	if (found) {
		at = (struct wal_pos){m.segment, m.offset, m.sequence};
		s->checkpoint = s->marked = m.checkpoint;
		if (cursor_init(&s->cursor, s->state, &at, &why) == 0)
			goto out;
		/* its segment is gone or damaged: what there is */
		if (why.code != ERR_NOT_FOUND && why.code != ERR_CORRUPT) {
			*err = why;
			return -1;
		}
		if (s->note != NULL)
			s->note(LOG_LEVEL_ERROR, &why, NULL,
				"the log's start is damaged");
		at = (struct wal_pos){0};
	}
	if (cursor_init(&s->cursor, s->state, &at, err) != 0)
		return -1;
out:
	s->checkpoint_at = s->cursor.at;
	return 0;
}

/* Writes a file's header back; *damaged when the file is not the one. */
static int
write_back(const struct store_file *f, const char *name, bool *damaged,
	   struct err *err)
{
	const char *body = store_op_body(f->restore);
	struct record_image image;
	int fd, rc = -1;

	memcpy(&image, body, sizeof(image));
	body += sizeof(image);
	fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		*damaged = errno != ENOENT && errno != EACCES &&
			   errno != EROFS && errno != EMFILE && errno != ENFILE;
		return err_sys(err, errno, "%s: open", name);
	}
	/* only what lies before the image must be as it was */
	if (rrdhead_static(fd, name, image.offset, image.file_bytes,
			   image.static_hash, err) != 0) {
		*damaged = err->code == ERR_CORRUPT;
		goto out;
	}
	rc = file_write_all_at(fd, body, image.image_bytes, image.offset);
	if (rc != 0)
		err_sys(err, errno, "%s: write", name);
out:
	(void)close(fd);
	return rc;
}

static int
restore_file(struct store *s, struct store_file *f, struct err *err)
{
	char name[PATH_MAX];
	struct err why = {0};
	bool damaged = false;
	int rc;

	if (f->remake) {
		/* made since the checkpoint: made again when applied */
		f->state = FILE_MISSING;
		return 0;
	}
	if (archive_name(s->state, f->path, name, err) != 0 ||
	    gate_enter_write(&s->gate, f->path, err) != 0)
		return -1;
	rc = write_back(f, name, &damaged, &why);
	gate_leave(&s->gate, f->path);
	f->restore = NULL;
	if (rc == 0) {
		f->touched = s->checkpoint;
		s->n_touched++;
		return 0;
	}
	if (why.code == ERR_NOT_FOUND)
		return 0; /* removed, or never came: made from the log */
	if (damaged && store_quarantine(s, f, name, &why, &why) == 0)
		return 0;
	*err = why;
	return -1;
}

/* A file that killed the writer by SIGBUS twice is put aside. */
static void
check_sigbus(struct store *s)
{
	struct store_touch *t = s->touch;
	char name[PATH_MAX];
	struct store_file *f;
	struct err why = {0};

	if (t->in_update == 0 || t->sigbus == 0)
		return;
	t->sigbus = 0;
	t->in_update = 0;
	if (++t->deaths < 2)
		return;
	t->deaths = 0;
	f = store_find(s, t->path, strlen(t->path), &why);
	err_set(&why, ERR_CORRUPT, "%s: killed the writer twice", t->path);
	if (f != NULL && archive_name(s->state, t->path, name, NULL) == 0)
		(void)store_quarantine(s, f, name, &why, &why);
}

int
store_recover(struct store *s, struct err *err)
{
	bool clean;

	archive_tidy(s->state);
	if (start_cursor(s, err) != 0)
		return -1;
	clean = s->touch->clean != 0 && s->touch->checkpoint == s->marked;
	__atomic_store_n(&s->touch->clean, 0, __ATOMIC_SEQ_CST);
	check_sigbus(s);
	s->starting = true;
	if (store_read(s, err) != 0)
		return -1;
	for (size_t i = 0; i < s->n_files; i++) {
		struct store_file *f = s->files[i];

		if (f->restore == NULL)
			continue;
		if (f->restore->type == RECORD_SWAP &&
		    migrate_redo(s, f, err) != 0)
			return -1;
		if (clean) {
			/* consistent: only remember that it is logged */
			f->touched = s->checkpoint;
			s->n_touched++;
			f->restore = NULL;
			f->remake = false;
			continue;
		}
		if (restore_file(s, f, err) != 0)
			return -1;
	}
	s->starting = false;
	migrate_tidy(s->state);
	if (s->cursor.n_gaps > 0 && s->note != NULL)
		s->note(LOG_LEVEL_ERROR, &s->cursor.gap, NULL,
			"records are missing in the log");
	return 0;
}

void
store_clean(struct store *s)
{
	(void)timeguard_save(&s->guard, s->state, NULL);
	if (s->unsure)
		return;
	s->touch->checkpoint = s->marked;
	__atomic_store_n(&s->touch->clean, 1, __ATOMIC_SEQ_CST);
}
