/* SPDX-License-Identifier: MIT */
/*
 * Before a file takes samples: what it is, what the log must know of it
 * first, making it when it is missing, putting it aside when it is damaged.
 * See store.h.
 */
#include <limits.h>
#include <string.h>

#include "core/buf.h"
#include "core/family.h"
#include "rrd/archive.h"
#include "rrd/layout.h"
#include "rrd/prune.h"
#include "rrd/rrdhead.h"
#include "rrd/store_impl.h"

#define LAYOUT_MAX  16384
#define REPORTS_MAX 10

void
store_report(struct store *s, struct store_file *f, const struct err *why,
	     const char *what)
{
	if (!f->reported && s->note != NULL) {
		s->n_reported++;
		if (s->n_reported <= REPORTS_MAX)
			s->note(LOG_LEVEL_ERROR, why, f->path, what);
		if (s->n_reported == REPORTS_MAX)
			s->note(LOG_LEVEL_ERROR, NULL, NULL,
				"more files have trouble; not listed");
	}
	f->reported = true;
}

int
store_quarantine(struct store *s, struct store_file *f, const char *name,
		 const struct err *why, struct err *err)
{
	char bad[PATH_MAX];
	struct err again = {0};

	if (archive_quarantine(name, bad, err) != 0)
		return -1;
	f->state = FILE_MISSING;
	f->last_s = 0;
	f->touched = UINT64_MAX;
	if (!s->starting && store_replay(s, f, &again) != 0)
		store_report(s, f, &again, "samples of the log are missing");
	if (s->note != NULL)
		s->note(LOG_LEVEL_ERROR, why, f->path,
			"damaged file put aside, a new one begins");
	store_event(s, "store", "warning", f->path,
		    "A damaged archive was put aside, a new one begins",
		    why->msg);
	return 0;
}

/* Step and heartbeat as the layout has them. */
static int
take_layout(struct store_file *f, const char *layout)
{
	struct layout l;

	if (layout_parse(layout, &l) != 0)
		return -1;
	f->step_s = (int32_t)l.step_s;
	f->heartbeat_s = (int32_t)l.heartbeat_s;
	f->n_ds = (uint16_t)l.n_ds;
	return 0;
}

/* The layout and start for a file to be made: from recovery, from CREATE, or
 * from the family as the registry has it. */
static int
plan_file(struct store *s, const struct store_file *f, struct buf *layout,
	  int64_t *start_s, struct err *err)
{
	const struct family *family;
	struct path p;

	if (f->remake && f->restore != NULL) {
		struct record_image image;

		memcpy(&image, store_op_body(f->restore), sizeof(image));
		buf_put(layout, store_op_body(f->restore) + sizeof(image),
			(size_t)image.image_bytes);
		*start_s = (int64_t)image.offset;
		return 0;
	}
	for (uint32_t k = f->first; k != STORE_NONE; k = s->ops[k].next) {
		const struct record_head *r = s->ops[k].record;

		if (r->type != RECORD_CREATE)
			continue;
		buf_str(layout, store_op_body(r));
		*start_s = r->time_s;
		return 0;
	}
	if (path_parse(f->path, f->path_bytes, &p, err) != 0)
		return -1;
	family = registry_find(s->registry, p.family, err);
	if (family == NULL || layout_text(family, layout, err) != 0)
		return -1;
	*start_s = s->ops[f->first].record->time_s - family->step_s;
	return 0;
}

/* Notes that the file is made in this checkpoint. */
static int
note_made(struct store *s, struct store_file *f, struct err *err)
{
	struct record_image image = {.checkpoint = s->checkpoint};
	struct buf layout, body;
	int64_t start_s;
	int rc = -1;

	buf_init(&layout, LAYOUT_MAX);
	buf_init(&body, LAYOUT_MAX + sizeof(image));
	if (plan_file(s, f, &layout, &start_s, err) == 0) {
		image.offset = (uint64_t)start_s;
		image.image_bytes = layout.len;
		buf_put(&body, &image, sizeof(image));
		buf_put(&body, layout.data, layout.len);
		rc = wal_note(s->wal, RECORD_HEADER, start_s, f->path,
			      body.data, body.len, err);
	}
	buf_done(&layout);
	buf_done(&body);
	return rc;
}

/* Notes the volatile header of a file as it stands. */
static int
note_header(struct store *s, const struct store_file *f,
	    const struct rrdhead *h, struct err *err)
{
	struct record_image image = {
	    .checkpoint = s->checkpoint,
	    .file_bytes = h->file_bytes,
	    .static_hash = h->static_hash,
	    .offset = h->volatile_at,
	    .image_bytes = h->volatile_bytes,
	};
	struct buf body;
	int rc;

	buf_init(&body, RRDHEAD_MAX);
	buf_put(&body, &image, sizeof(image));
	buf_put(&body, h->bytes + h->volatile_at, h->volatile_bytes);
	rc = wal_note(s->wal, RECORD_HEADER, h->last_up_s, f->path, body.data,
		      body.len, err);
	s->header_bytes += body.len;
	buf_done(&body);
	return rc;
}

int
store_prepare(struct store *s, struct store_file *f, struct err *err)
{
	char name[PATH_MAX];
	struct err why = {0};
	struct rrdhead h = {0};
	struct buf layout;
	int sparse = 0, rc;

	if (f->state == FILE_READY && f->touched == s->checkpoint)
		return 1;
	if (archive_name(s->state, f->path, name, &why) != 0)
		return 0;
	if (!f->remake && rrdhead_load(&h, name, &sparse, &why) != 0) {
		if (why.code == ERR_CORRUPT &&
		    store_quarantine(s, f, name, &why, &why) != 0)
			why.code = ERR_IO;
		if (why.code != ERR_CORRUPT && why.code != ERR_NOT_FOUND) {
			store_report(s, f, &why, "file cannot be read");
			return 0;
		}
		f->state = FILE_MISSING;
	}
	if (f->remake || h.bytes == NULL) {
		f->state = FILE_MISSING;
		if (prune_skip(s, f))
			return 0;
		if (note_made(s, f, &why) != 0) {
			store_report(s, f, &why, "no layout for a new file");
			return 0;
		}
		return 1;
	}
	if (sparse && archive_densify(name, &why) != 0 &&
	    why.code != ERR_UNSUPPORTED) {
		store_report(s, f, &why, "sparse file cannot be filled");
		rrdhead_done(&h);
		return 0;
	}
	buf_init(&layout, LAYOUT_MAX);
	rrdhead_layout(&h, &layout);
	rc = take_layout(f, layout.data);
	buf_done(&layout);
	f->state = FILE_READY;
	f->last_s = h.last_up_s;
	if (rc == 0 && f->touched != s->checkpoint)
		rc = note_header(s, f, &h, err);
	rrdhead_done(&h);
	return rc == 0 ? 1 : -1;
}

int
store_make_file(struct store *s, struct store_file *f, struct err *err)
{
	struct buf layout;
	int64_t start_s;
	int rc = -1;

	buf_init(&layout, LAYOUT_MAX);
	if (plan_file(s, f, &layout, &start_s, err) != 0 ||
	    take_layout(f, layout.data) != 0 ||
	    gate_enter_write(&s->gate, f->path, err) != 0)
		goto out;
	rc = archive_create(s->state, f->path, layout.data, start_s, err);
	gate_leave(&s->gate, f->path);
	if (rc != 0)
		goto out;
	f->state = FILE_READY;
	f->remake = false;
	f->restore = NULL;
	f->last_s = start_s;
	s->n_made++;
out:
	buf_done(&layout);
	return rc;
}
