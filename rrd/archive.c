/* SPDX-License-Identifier: MIT */
/* Making, updating and mending RRD files: see archive.h. */
#include "rrd/archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <rrd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/state.h"
#include "rrd/layout.h"
#include "rrd/rrdhead.h"
#include "rrd/update.h"

#define NEW_FOLDER   STATE_RRD "/.new"
#define LAYOUT_WORDS 160

/* librrd's last error, its text kept short. */
static int
rrd_failed(struct err *err, enum err_code code, const char *what)
{
	const char *text = rrd_get_error();

	err_set(err, code, "%s: %s", what,
		text != NULL && text[0] != '\0' ? text
						: "failed without a reason");
	rrd_clear_error();
	return -1;
}

/* Splits a copy of the layout into librrd's arguments; the first word is the
 * step.  -1 when there are too many. */
static int
split(char *copy, const char **words, int max)
{
	char *rest = copy, *word;
	int n = 0;

	while ((word = strsep(&rest, " ")) != NULL) {
		if (*word == '\0')
			continue;
		if (n == max)
			return -1;
		words[n++] = word;
	}
	return n;
}

/* Makes the row pointers a function of the path. */
static int
fix_rows(int fd, const struct rrdhead *h, const char *path, struct err *err)
{
	uint64_t seed = XXH64(path, strlen(path), 1);
	uint64_t at = h->volatile_at + h->volatile_bytes - 8 * h->n_rra;

	for (size_t i = 0; i < h->n_rra; i++) {
		uint64_t rows, cur;

		memcpy(&rows, h->bytes + 128 + 120 * (h->n_ds + i) + 24, 8);
		cur = (seed >> (i % 16)) % rows;
		if (pwrite(fd, &cur, 8, (off_t)(at + 8 * i)) != 8)
			return err_sys(err, errno, "%s: write", path);
	}
	return 0;
}

/*
 * Opens what librrd made and checks that it is all there: on a full disk it
 * may report success and leave nothing.
 */
static int
finish(const char *tmp, const char *path, const char *layout, struct err *err)
{
	struct rrdhead h = {0};
	struct buf text;
	int fd, sparse = 0, rc = -1;

	fd = open(tmp, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_sys(err, errno == ENOENT ? ENOSPC : errno,
			       "%s: create", path);
	buf_init(&text, 65536);
	if (rrdhead_read(&h, fd, path, &sparse, err) != 0)
		goto out;
	rrdhead_layout(&h, &text);
	if (strcmp(text.data, layout) != 0) {
		err_set(err, ERR_INTERNAL,
			"%s: librrd made another layout than asked for", path);
		goto out;
	}
	if (sparse) {
		int e = posix_fallocate(fd, 0, (off_t)h.file_bytes);

		if (e != 0 && e != EOPNOTSUPP) {
			err_sys(err, e, "%s: allocate", path);
			goto out;
		}
	}
	rc = fix_rows(fd, &h, path, err);
out:
	rrdhead_done(&h);
	buf_done(&text);
	(void)close(fd);
	return rc;
}

/* Whether the disk is (nearly) full, to tell librrd's silent failures. */
static int
is_full(const char *folder, uint64_t bytes)
{
	struct statvfs v;

	return statvfs(folder, &v) == 0 &&
	       ((uint64_t)v.f_bavail * v.f_frsize < bytes + 65536 ||
		(v.f_files != 0 && v.f_favail == 0));
}

static int
make_folder(const char *name, struct err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(name, '/');

	(void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - name),
		       name);
	return file_mkdirs(folder, 0755, err);
}

int
archive_create(const char *state, const char *path, const char *layout,
	       int64_t start_s, struct err *err)
{
	char name[PATH_MAX], folder[PATH_MAX], tmp[PATH_MAX + 32];
	char copy[16384];
	const char *words[LAYOUT_WORDS];
	struct layout l;
	int n;

	if (archive_name(state, path, name, err) != 0 ||
	    state_path(state, NEW_FOLDER, folder, sizeof(folder), err) != 0)
		return -1;
	if (layout_parse(layout, &l) != 0 || strlen(layout) >= sizeof(copy))
		return err_set(err, ERR_INVALID, "%s: not a layout", path);
	memcpy(copy, layout, strlen(layout) + 1);
	n = split(copy, words, LAYOUT_WORDS);
	if (n < 2)
		return err_set(err, ERR_INVALID, "%s: not a layout", path);
	if (file_mkdirs(folder, 0755, err) != 0 || make_folder(name, err) != 0)
		return -1;
	(void)snprintf(tmp, sizeof(tmp), "%s/%016llx.rrd", folder,
		       (unsigned long long)XXH64(path, strlen(path), 0));
	(void)unlink(tmp);
	rrd_clear_error();
	if (rrd_create_r(tmp, (unsigned long)l.step_s, (time_t)start_s, n - 1,
			 words + 1) != 0) {
		if (is_full(folder, layout_bytes(layout)))
			return err_sys(err, ENOSPC, "%s: create", path);
		return rrd_failed(err, ERR_INTERNAL, path);
	}
	if (finish(tmp, path, layout, err) != 0)
		goto fail;
	if (chmod(tmp, 0644) != 0 || rename(tmp, name) != 0) {
		int saved = errno;

		/* a folder in its place is damage like any other */
		if (saved != EISDIR ||
		    archive_quarantine(name, NULL, err) != 0 ||
		    rename(tmp, name) != 0) {
			err_sys(err, saved, "%s: rename", name);
			goto fail;
		}
	}
	return 0;
fail:
	(void)unlink(tmp);
	return -1;
}

int
archive_update(const char *name, int n, const char **args, struct err *err)
{
	const char *text;
	int rc = update_file(name, n, args, err);

	if (rc == 0)
		return 0;
	if (rc < 0) {
		/* whatever keeps it from being worked on */
		if (err != NULL && err->code != ERR_BUSY &&
		    err->code != ERR_FULL)
			err->code = ERR_IO;
		return -1;
	}
	rrd_clear_error();
	if (rrd_updatex_r(name, NULL, RRD_SKIP_PAST_UPDATES, n, args) == 0)
		return 0;
	text = rrd_get_error();
	if (text == NULL)
		text = "";
	if (strstr(text, "could not lock") != NULL)
		return rrd_failed(err, ERR_BUSY, name);
	/* what is wrong with an argument comes with the file's name first */
	if (strncmp(text, name, strlen(name)) == 0)
		return rrd_failed(err, ERR_INVALID, "librrd");
	return rrd_failed(err, ERR_IO, name);
}

int
archive_densify(const char *name, struct err *err)
{
	struct stat st;
	int fd, e;

	fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	if (fstat(fd, &st) != 0)
		e = errno;
	else
		e = posix_fallocate(fd, 0, st.st_size);
	(void)close(fd);
	if (e != 0)
		return err_sys(err, e, "%s: allocate", name);
	return 0;
}

int
archive_quarantine(const char *name, char *out, struct err *err)
{
	char bad[PATH_MAX];
	int n;

	for (int k = 0; k < 100; k++) {
		n = snprintf(bad, sizeof(bad), "%s.bad-%lld%s%.0d", name,
			     (long long)clock_wall_s(), k > 0 ? "-" : "", k);
		if (n < 0 || n >= (int)sizeof(bad))
			return err_set(err, ERR_TOO_LARGE, "%s: name too long",
				       name);
		if (renameat2(AT_FDCWD, name, AT_FDCWD, bad,
			      RENAME_NOREPLACE) == 0) {
			if (out != NULL)
				memcpy(out, bad, (size_t)n + 1);
			return 0;
		}
		if (errno == EINVAL && access(bad, F_OK) != 0 &&
		    rename(name, bad) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	return err_sys(err, errno, "%s: put aside", name);
}

void
archive_tidy(const char *state)
{
	char folder[PATH_MAX];
	struct dirent *e;
	DIR *d;

	if (state_path(state, NEW_FOLDER, folder, sizeof(folder), NULL) != 0)
		return;
	d = opendir(folder);
	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(d), e->d_name, 0);
	(void)closedir(d);
}
