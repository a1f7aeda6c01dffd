/* SPDX-License-Identifier: MIT */
/* A consistent copy of a state folder: see backup.h. */
#include "rrd/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/state.h"
#include "rrd/backup_manifest.h"
#include "rrd/gate.h"
#include "rrd/migrate_source.h"
#include "rrd/rrdhead.h"
#include "rrd/tree.h"

/* Where SQLite keeps its locks: sqlite.org/src, os.h, PENDING_BYTE. */
#define SQLITE_PENDING	INT64_C(0x40000000)
#define SQLITE_RESERVED (SQLITE_PENDING + 1)
#define SQLITE_SHARED	(SQLITE_PENDING + 2)
#define SQLITE_SHARED_N 510
#define SQLITE_WAIT_MS	10000

struct work {
	const char *state;
	char next[PATH_MAX], current[PATH_MAX];
	bool full;
	backup_progress *progress;
	struct backup_count count;
	size_t total;
	struct gate gate;
	struct manifest before;
	struct manifest_entry *entries;
	size_t n_entries, cap_entries;
	struct buf bytes; /* of one file */
};

static int
keep(struct work *w, const char *name, uint64_t sum, uint64_t bytes,
     uint64_t head, struct err *err)
{
	if (w->n_entries == w->cap_entries) {
		size_t cap = w->cap_entries == 0 ? 256 : 2 * w->cap_entries;
		void *p = realloc(w->entries, cap * sizeof(*w->entries));

		if (p == NULL)
			return err_set(err, ERR_NOMEM, "backup: out of memory");
		w->entries = p;
		w->cap_entries = cap;
	}
	w->entries[w->n_entries] = (struct manifest_entry){
	    .sum = sum, .bytes = bytes, .head = head, .name = strdup(name)};
	if (w->entries[w->n_entries].name == NULL)
		return err_set(err, ERR_NOMEM, "backup: out of memory");
	w->n_entries++;
	w->count.n_files++;
	if (w->progress != NULL)
		w->progress(&w->count, w->total);
	return 0;
}

/* DIR/next/NAME with its folders. */
static int
destination(const struct work *w, const char *name, char out[PATH_MAX],
	    struct err *err)
{
	char folder[PATH_MAX];
	int n = snprintf(out, PATH_MAX, "%s/%s", w->next, name);

	if (n < 0 || n >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE, "%s: name too long", name);
	(void)snprintf(folder, sizeof(folder), "%.*s",
		       (int)(strrchr(out, '/') - out), out);
	return file_mkdirs(folder, 0755, err);
}

static int
copy_open(struct work *w, int fd, const char *name, struct err *err)
{
	char dst[PATH_MAX];
	uint64_t sum, bytes;

	if (destination(w, name, dst, err) != 0 ||
	    backup_copy(fd, dst, &sum, &bytes, err) != 0)
		return -1;
	w->count.bytes += bytes;
	return keep(w, name, sum, bytes, 0, err);
}

/* The old copy serves when header and size are the same. */
static bool
link_old(struct work *w, const char *name, const char *dst, uint64_t bytes,
	 uint64_t head, uint64_t *sum)
{
	const struct manifest_entry *e = manifest_find(&w->before, name);
	char old[PATH_MAX];

	if (w->full || e == NULL || e->bytes != bytes || e->head != head ||
	    snprintf(old, sizeof(old), "%s/%s", w->current, name) >=
		(int)sizeof(old) ||
	    link(old, dst) != 0)
		return false;
	*sum = e->sum;
	w->count.n_linked++;
	return true;
}

static int
copy_archive(const struct tree_file *f, void *arg)
{
	struct err *err = ((void **)arg)[1];
	struct work *w = ((void **)arg)[0];
	char name[PATH_SIZE + 16], dst[PATH_MAX];
	struct rrdhead h;
	uint64_t head, sum;
	struct err why = {0};

	(void)snprintf(name, sizeof(name), STATE_RRD "/%s.rrd", f->path);
	buf_reset(&w->bytes);
	if (destination(w, name, dst, err) != 0)
		return -1;
	if (tree_read(&w->gate, f, &w->bytes, &why) != 0) {
		/* gone meanwhile, or not a file: no part of the backup */
		if (why.code == ERR_NOT_FOUND || why.code == ERR_INVALID)
			return 0;
		*err = why;
		return -1;
	}
	/* a damaged one is copied too, and never taken for unchanged */
	head = (uint64_t)w->count.n_files << 1 | 1;
	if (rrdhead_parse(&h, (const unsigned char *)w->bytes.data,
			  w->bytes.len, w->bytes.len, f->path, NULL) == 0) {
		head = XXH64(h.bytes, h.volatile_at + h.volatile_bytes, 0);
		if (link_old(w, name, dst, w->bytes.len, head, &sum))
			return keep(w, name, sum, w->bytes.len, head, err);
	}
	sum = XXH64(w->bytes.data, w->bytes.len, 0);
	if (backup_write(dst, w->bytes.data, w->bytes.len, err) != 0)
		return -1;
	w->count.bytes += w->bytes.len;
	return keep(w, name, sum, w->bytes.len, head, err);
}

static int
count_archive(const struct tree_file *f, void *arg)
{
	(void)f;
	++*(size_t *)arg;
	return 0;
}

static int
copy_families(struct work *w, struct err *err)
{
	char folder[PATH_MAX], name[PATH_MAX];
	struct dirent *d;
	int rc = 0, fd;
	DIR *dir;

	if (state_path(w->state, STATE_FAMILIES, folder, sizeof(folder), err) !=
	    0)
		return -1;
	dir = opendir(folder);
	if (dir == NULL)
		return errno == ENOENT
			   ? 0
			   : err_sys(err, errno, "%s: open", folder);
	while (rc == 0 && (d = readdir(dir)) != NULL) {
		size_t len = strlen(d->d_name);

		if (len < 6 || strcmp(d->d_name + len - 5, ".json") != 0 ||
		    d->d_name[0] == '.')
			continue;
		fd = openat(dirfd(dir), d->d_name,
			    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			continue;
		(void)snprintf(name, sizeof(name), STATE_FAMILIES "/%s",
			       d->d_name);
		rc = copy_open(w, fd, name, err);
		(void)close(fd);
	}
	(void)closedir(dir);
	return rc;
}

static int
lock_range(int fd, short type, int64_t at, int64_t len)
{
	struct flock l = {
	    .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = len};

	return fcntl(fd, F_OFD_SETLK, &l);
}

/* SQLite's shared lock: whoever commits waits, whoever is at it we wait for.
 */
static int
lock_shared(int fd, const char *name, struct err *err)
{
	int64_t until_ms = clock_boot_ms() + SQLITE_WAIT_MS;

	for (;;) {
		if (lock_range(fd, F_RDLCK, SQLITE_PENDING, 1) == 0) {
			int rc = lock_range(fd, F_RDLCK, SQLITE_SHARED,
					    SQLITE_SHARED_N);

			(void)lock_range(fd, F_UNLCK, SQLITE_PENDING, 1);
			if (rc == 0)
				return 0;
		}
		if (errno != EAGAIN && errno != EACCES)
			return err_sys(err, errno, "%s: lock", name);
		if (clock_boot_ms() > until_ms)
			return err_set(err, ERR_BUSY, "%s: is being written",
				       name);
		(void)clock_sleep_until(clock_boot_ms() + 20);
	}
}

/* A journal that nobody holds is what a crash left: it belongs to the copy,
 * and SQLite rolls back with it. */
static int
copy_journal(struct work *w, int db, const char *name, struct err *err)
{
	struct flock l = {.l_type = F_WRLCK,
			  .l_whence = SEEK_SET,
			  .l_start = SQLITE_RESERVED,
			  .l_len = 1};
	char journal[PATH_MAX], rel[64];
	int fd, rc;

	(void)snprintf(rel, sizeof(rel), "%s-journal", name);
	if (state_path(w->state, rel, journal, sizeof(journal), err) != 0)
		return -1;
	fd = open(journal, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return 0;
	rc = fcntl(db, F_OFD_GETLK, &l) == 0 && l.l_type == F_UNLCK
		 ? copy_open(w, fd, rel, err)
		 : 0;
	(void)close(fd);
	return rc;
}

static int
copy_database(struct work *w, const char *name, struct err *err)
{
	char file[PATH_MAX];
	int fd, rc = -1;

	if (state_path(w->state, name, file, sizeof(file), err) != 0)
		return -1;
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0
				       : err_sys(err, errno, "%s: open", file);
	if (lock_shared(fd, file, err) == 0 &&
	    copy_journal(w, fd, name, err) == 0)
		rc = copy_open(w, fd, name, err);
	(void)close(fd);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct manifest_entry *)a)->name,
		      ((const struct manifest_entry *)b)->name);
}

static int
write_manifest(struct work *w, struct err *err)
{
	char name[PATH_MAX];
	struct buf text;
	int rc = -1;

	if (w->n_entries > 0)
		qsort(w->entries, w->n_entries, sizeof(*w->entries), by_name);
	buf_init(&text, MANIFEST_BYTES_MAX);
	manifest_begin(&text, clock_wall_s());
	for (size_t i = 0; i < w->n_entries; i++)
		if (manifest_add(&text, &w->entries[i], err) != 0)
			goto out;
	manifest_end(&text, w->n_entries);
	if (!buf_ok(&text))
		err_set(err, ERR_TOO_LARGE, "backup: manifest");
	else if (snprintf(name, sizeof(name), "%s/" MANIFEST_NAME, w->next) >=
		 (int)sizeof(name))
		err_set(err, ERR_TOO_LARGE, "backup: name too long");
	else
		rc = file_write(name, text.data, text.len, 0644, err);
out:
	buf_done(&text);
	return rc;
}

/* The new backup takes the old one's place. */
static int
install(const struct work *w, int dir_fd, struct err *err)
{
	if (syncfs(dir_fd) != 0)
		return err_sys(err, errno, "%s: syncfs", w->next);
	if (renameat2(AT_FDCWD, w->next, AT_FDCWD, w->current,
		      RENAME_NOREPLACE) != 0) {
		if (errno != EEXIST ||
		    renameat2(AT_FDCWD, w->next, AT_FDCWD, w->current,
			      RENAME_EXCHANGE) != 0)
			return err_sys(err, errno, "%s: rename", w->next);
	}
	if (fsync(dir_fd) != 0)
		return err_sys(err, errno, "%s: fsync", w->current);
	return backup_remove(w->next, err);
}

/* DIR is new, empty or a backup; its lock is kept with the descriptor. */
static int
open_dir(const char *dir, struct err *err)
{
	struct dirent *e;
	int fd;
	DIR *d;

	if (file_mkdirs(dir, 0700, err) != 0)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = opendir(dir);
	if (fd < 0 || d == NULL) {
		err_sys(err, errno, "%s: open", dir);
		goto fail;
	}
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 &&
		    strcmp(e->d_name, "lost+found") != 0 &&
		    strcmp(e->d_name, BACKUP_CURRENT) != 0 &&
		    strcmp(e->d_name, BACKUP_NEXT) != 0) {
			err_set(err, ERR_EXISTS,
				"%s: holds %.60s, which is not a backup of "
				"ours; choose an empty folder",
				dir, e->d_name);
			goto fail;
		}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err_set(err, ERR_BUSY, "%s: another backup is at work", dir);
		goto fail;
	}
	(void)closedir(d);
	return fd;
fail:
	if (d != NULL)
		(void)closedir(d);
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static void
read_before(struct work *w)
{
	char name[PATH_MAX];
	struct buf text;

	if (snprintf(name, sizeof(name), "%s/" MANIFEST_NAME, w->current) >=
	    (int)sizeof(name))
		return;
	buf_init(&text, MANIFEST_BYTES_MAX);
	if (file_read(name, &text, NULL) == 0)
		(void)manifest_parse(&w->before, text.data, text.len, NULL);
	buf_done(&text);
}

int
backup_make(const char *state, const char *dir, bool full,
	    backup_progress *progress, struct backup_count *out,
	    struct err *err)
{
	struct work w = {.state = state,
			 .full = full,
			 .progress = progress,
			 .gate = {.fd = -1}};
	void *arg[2] = {&w, err};
	int fd = open_dir(dir, err), rc = -1;

	if (fd < 0)
		return -1;
	buf_init(&w.bytes, SOURCE_BYTES_MAX);
	if (snprintf(w.next, sizeof(w.next), "%s/" BACKUP_NEXT, dir) >=
		(int)sizeof(w.next) ||
	    snprintf(w.current, sizeof(w.current), "%s/" BACKUP_CURRENT, dir) >=
		(int)sizeof(w.current)) {
		err_set(err, ERR_TOO_LARGE, "%s: name too long", dir);
		goto out;
	}
	read_before(&w);
	if (backup_remove(w.next, err) != 0 ||
	    file_mkdirs(w.next, 0755, err) != 0 ||
	    gate_open(&w.gate, state, err) != 0 ||
	    tree_each(state, NULL, count_archive, &w.total, err) != 0)
		goto out;
	if (copy_families(&w, err) != 0 ||
	    copy_database(&w, STATE_EVENTS, err) != 0 ||
	    copy_database(&w, "heal.db", err) != 0 ||
	    tree_each(state, NULL, copy_archive, arg, err) != 0 ||
	    write_manifest(&w, err) != 0 || install(&w, fd, err) != 0)
		goto out;
	*out = w.count;
	rc = 0;
out:
	for (size_t i = 0; i < w.n_entries; i++)
		free(w.entries[i].name);
	free(w.entries);
	manifest_free(&w.before);
	buf_done(&w.bytes);
	gate_close(&w.gate);
	(void)close(fd);
	return rc;
}
