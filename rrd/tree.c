/* SPDX-License-Identifier: MIT */
/* Walking the RRD files as series: see tree.h. */
#include "rrd/tree.h"

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/state.h"
#include "rrd/gate.h"

int
tree_match(const char *pattern, const char *path)
{
	return pattern == NULL || fnmatch(pattern, path, 0) == 0;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Whether a file below rrd/ is a series' file. */
static int
take_name(struct tree_file *f, const char *name, size_t skip)
{
	size_t len = strlen(name);

	if (len < skip + 5 || strcmp(name + len - 4, ".rrd") != 0)
		return 0;
	len -= skip + 4;
	if (len >= PATH_SIZE ||
	    path_parse(name + skip, len, &f->parts, NULL) != 0)
		return 0;
	memcpy(f->path, name + skip, len);
	f->path[len] = '\0';
	f->name = name;
	return 1;
}

int
tree_each(const char *state, const char *pattern,
	  int (*fn)(const struct tree_file *f, void *arg), void *arg,
	  struct err *err)
{
	char folder[PATH_MAX];
	char *roots[] = {folder, NULL};
	struct tree_file f;
	size_t skip;
	FTSENT *e;
	FTS *fts;
	int rc = 0;

	if (state_path(state, STATE_RRD, folder, sizeof(folder), err) != 0)
		return -1;
	if (access(folder, F_OK) != 0 && errno == ENOENT)
		return 0;
	skip = strlen(folder) + 1;
	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (fts == NULL)
		return err_sys(err, errno, "%s: open", folder);
	while (rc == 0 && (e = fts_read(fts)) != NULL) {
		if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR) {
			rc =
			    err_sys(err, e->fts_errno, "%s: read", e->fts_path);
			break;
		}
		/* a folder or link in a file's place is for check to see */
		if (e->fts_info == FTS_DP || e->fts_level == 0 ||
		    !take_name(&f, e->fts_path, skip) ||
		    !tree_match(pattern, f.path))
			continue;
		rc = fn(&f, arg);
	}
	(void)fts_close(fts);
	return rc;
}

int
tree_read(struct gate *gate, const struct tree_file *f, struct buf *out,
	  struct err *err)
{
	int rc;

	if (gate != NULL && gate_enter_read(gate, f->path, err) != 0)
		return -1;
	rc = file_read(f->name, out, err);
	if (gate != NULL)
		gate_leave(gate, f->path);
	return rc;
}
