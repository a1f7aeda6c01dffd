/* SPDX-License-Identifier: MIT */
/* The writer's part of removing a series: see prune.h. */
#include "rrd/prune.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/state.h"
#include "rrd/archive.h"
#include "rrd/store_impl.h"

bool
prune_is(const struct record_head *r)
{
	return r->type == RECORD_REPLACE && r->body_bytes == 0;
}

/* Removes the folders of a file as long as they are empty, up to rrd/. */
static void
tidy_folders(const char *state, char *name)
{
	char top[PATH_MAX];
	char *slash;

	if (state_path(state, STATE_RRD, top, sizeof(top), NULL) != 0)
		return;
	while ((slash = strrchr(name, '/')) != NULL) {
		*slash = '\0';
		if (strlen(name) <= strlen(top) || rmdir(name) != 0)
			return;
	}
}

int
prune_apply(struct store *s, struct store_file *f, struct err *err)
{
	char name[PATH_MAX];
	int rc = 0;

	if (archive_name(s->state, f->path, name, err) != 0 ||
	    gate_enter_write(&s->gate, f->path, err) != 0)
		return -1;
	if (unlink(name) != 0 && errno != ENOENT)
		rc = err_sys(err, errno, "%s: remove", name);
	gate_leave(&s->gate, f->path);
	if (rc != 0)
		return -1;
	tidy_folders(s->state, name);
	f->state = FILE_MISSING;
	f->last_s = 0;
	return 0;
}

bool
prune_skip(struct store *s, struct store_file *f)
{
	while (f->first != STORE_NONE && prune_is(s->ops[f->first].record))
		store_op_drop(s, f, 1, s->ops[f->first].next);
	return f->first == STORE_NONE;
}
