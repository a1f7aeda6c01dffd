/* SPDX-License-Identifier: MIT */
/* Another layout for a file, crash-safe: see migrate.h. */
#include "rrd/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/state.h"
#include "rrd/archive.h"
#include "rrd/layout.h"
#include "rrd/migrate_source.h"
#include "rrd/rrdhead.h"
#include "rrd/store_impl.h"
#include "rrd/table.h"

/* FOLDER/HASH: what stands for a series' path in a folder of ours. */
static void
hash_path(const char *folder, const char *path, char out[64])
{
	(void)snprintf(out, 64, "%s/%016llx", folder,
		       (unsigned long long)table_hash(path, strlen(path)));
}

int
migrate_name(const char *state, const char *folder, const char *path,
	     char out[PATH_MAX], struct err *err)
{
	char sub[64];

	hash_path(folder, path, sub);
	return archive_name(state, sub, out, err);
}

int
migrate_overwrite(const char *name, const struct buf *b, struct err *err)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW), rc = 0;

	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	if (file_write_all(fd, b->data, b->len) != 0)
		rc = err_sys(err, errno, "%s: write", name);
	else if (fsync(fd) != 0)
		rc = err_sys(err, errno, "%s: fsync", name);
	(void)close(fd);
	return rc == 0 ? file_sync_folder(name, err) : rc;
}

int
migrate_build(const char *state, const char *folder, const char *path,
	      const char *layout, int64_t last_s, const struct source *from,
	      const struct source *more, struct err *err)
{
	char name[PATH_MAX], sub[64];
	struct buf b;
	int rc = -1;

	hash_path(folder, path, sub);
	if (archive_name(state, sub, name, err) != 0 ||
	    archive_create(state, sub, layout, last_s, err) != 0)
		return -1;
	buf_init(&b, SOURCE_BYTES_MAX);
	if (from == NULL)
		rc = 0;
	else if (file_read(name, &b, err) == 0 &&
		 migrate_fill((unsigned char *)b.data, b.len, from, more,
			      err) == 0 &&
		 migrate_overwrite(name, &b, err) == 0)
		rc = 0;
	buf_done(&b);
	if (rc != 0)
		(void)unlink(name);
	return rc;
}

/* The header of the new file into the log, durable. */
static int
announce(struct store *s, const struct store_file *f, const char *swap,
	 uint64_t covered, struct err *err)
{
	struct record_image image = {.checkpoint = s->checkpoint};
	struct rrdhead h;
	struct buf body;
	int rc = -1;

	if (rrdhead_load(&h, swap, NULL, err) != 0)
		return -1;
	image.file_bytes = h.file_bytes;
	image.static_hash = h.static_hash;
	image.offset = h.volatile_at;
	image.image_bytes = h.volatile_bytes;
	buf_init(&body, RRDHEAD_MAX);
	buf_put(&body, &image, sizeof(image));
	buf_put(&body, h.bytes + h.volatile_at, h.volatile_bytes);
	buf_put(&body, &covered, sizeof(covered));
	if (!buf_ok(&body))
		err_set(err, ERR_NOMEM, "%s: header", f->path);
	else if (wal_begin(s->wal, err) == 0) {
		rc = wal_note(s->wal, RECORD_SWAP, h.last_up_s, f->path,
			      body.data, body.len, err);
		if (rc == 0)
			rc = wal_commit(s->wal, err);
		else
			wal_abort(s->wal);
	}
	s->header_bytes += body.len;
	buf_done(&body);
	rrdhead_done(&h);
	return rc;
}

static int
install(struct store *s, const struct store_file *f, const char *swap,
	struct err *err)
{
	char name[PATH_MAX];
	int rc = 0;

	if (archive_name(s->state, f->path, name, err) != 0 ||
	    gate_enter_write(&s->gate, f->path, err) != 0)
		return -1;
	if (rename(swap, name) != 0)
		rc = err_sys(err, errno, "%s: rename", name);
	gate_leave(&s->gate, f->path);
	/* before the next one syncs .swap, from where this name went */
	return rc == 0 ? file_sync_folder(name, err) : rc;
}

/* Reads a file of ours or a graft whole; 1, or 0 when there is none. */
static int
load(const char *name, struct buf *b, struct source *out, struct err *err)
{
	struct err why = {0};

	if (file_read(name, b, &why) != 0) {
		if (why.code == ERR_NOT_FOUND)
			return 0;
		if (err != NULL)
			*err = why;
		return -1;
	}
	return source_parse(out, (const unsigned char *)b->data, b->len, name,
			    err) == 0
		   ? 1
		   : -1;
}

/* Whether the file is laid out like that already. */
static bool
has_layout(const char *name, const char *layout)
{
	struct rrdhead h;
	struct buf have;
	bool same;

	if (rrdhead_load(&h, name, NULL, NULL) != 0)
		return false;
	buf_init(&have, 65536);
	rrdhead_layout(&h, &have);
	same = strcmp(have.data, layout) == 0;
	buf_done(&have);
	rrdhead_done(&h);
	return same;
}

static int
swap_file(struct store *s, struct store_file *f, const struct record_head *r,
	  const struct layout *l, struct err *err)
{
	static struct source from, more;
	char name[PATH_MAX], graft[PATH_MAX], swap[PATH_MAX];
	const char *layout = store_op_body(r);
	struct buf old, add;
	int rc = -1, n_more;

	if (archive_name(s->state, f->path, name, err) != 0 ||
	    migrate_name(s->state, MIGRATE_GRAFT, f->path, graft, err) != 0 ||
	    migrate_name(s->state, MIGRATE_SWAP, f->path, swap, err) != 0)
		return -1;
	if (has_layout(name, layout) && access(graft, F_OK) != 0)
		return 0;
	buf_init(&old, SOURCE_BYTES_MAX);
	buf_init(&add, SOURCE_BYTES_MAX);
	if (load(name, &old, &from, err) <= 0)
		goto out;
	n_more = load(graft, &add, &more, NULL);
	if (migrate_build(s->state, MIGRATE_SWAP, f->path, layout, from.last_s,
			  &from, n_more > 0 ? &more : NULL, err) != 0 ||
	    announce(s, f, swap, r->sequence, err) != 0 ||
	    install(s, f, swap, err) != 0)
		goto out;
	(void)unlink(graft);
	f->n_ds = (uint16_t)l->n_ds;
	f->step_s = (int32_t)l->step_s;
	f->heartbeat_s = (int32_t)l->heartbeat_s;
	f->last_s = from.last_s;
	rc = 0;
out:
	buf_done(&old);
	buf_done(&add);
	return rc;
}

int
migrate_apply(struct store *s, struct store_file *f,
	      const struct record_head *r, struct err *err)
{
	struct layout l;
	struct err why = {0};

	if (layout_parse(store_op_body(r), &l) != 0)
		return 0; /* not a layout: nothing of ours wrote it */
	if (swap_file(s, f, r, &l, &why) == 0)
		return 0;
	/* whatever it is, the record stays and is tried again */
	if (!f->reported && s->note != NULL)
		s->note(LOG_LEVEL_ERROR, &why, f->path,
			"file cannot be given its new layout now");
	f->reported = true;
	return err_set(err, why.code == ERR_FULL ? ERR_FULL : ERR_BUSY,
		       "%s: waits for its new layout", f->path);
}

int
migrate_take(struct store *s, const struct record *r, struct err *err)
{
	struct record_image image;
	struct store_file *f;
	uint64_t covered;

	if (record_image_get(r, &image) != 0)
		return 0;
	memcpy(&covered, r->body + r->body_bytes - sizeof(covered),
	       sizeof(covered));
	f = store_find(s, r->path, r->path_bytes, err);
	if (f == NULL)
		return -1;
	while (f->first != STORE_NONE &&
	       s->ops[f->first].record->sequence <= covered)
		store_op_drop(s, f, 1, s->ops[f->first].next);
	if (!s->starting || image.checkpoint < s->marked)
		return 0;
	if (s->checkpoint < image.checkpoint)
		s->checkpoint = image.checkpoint;
	f->restore = record_head_of(r);
	f->remake = false;
	return 0;
}

int
migrate_redo(struct store *s, const struct store_file *f, struct err *err)
{
	const char *body = store_op_body(f->restore);
	struct record_image image;
	char swap[PATH_MAX];
	struct rrdhead h;
	bool same;

	if (migrate_name(s->state, MIGRATE_SWAP, f->path, swap, err) != 0)
		return -1;
	memcpy(&image, body, sizeof(image));
	/* not there, or of a later attempt that was not announced */
	if (rrdhead_load(&h, swap, NULL, NULL) != 0)
		return 0;
	same = h.static_hash == image.static_hash &&
	       h.volatile_bytes == image.image_bytes &&
	       memcmp(h.bytes + h.volatile_at, body + sizeof(image),
		      image.image_bytes) == 0;
	rrdhead_done(&h);
	return same ? install(s, f, swap, err) : 0;
}

void
migrate_tidy(const char *state)
{
	char folder[PATH_MAX];
	struct dirent *e;
	DIR *d;

	if (state_path(state, STATE_RRD "/" MIGRATE_SWAP, folder,
		       sizeof(folder), NULL) != 0)
		return;
	d = opendir(folder);
	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(d), e->d_name, 0);
	(void)closedir(d);
}
