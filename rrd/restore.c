/* SPDX-License-Identifier: MIT */
/* Putting a backup in a state folder's place: see restore.h. */
#include "rrd/restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/state.h"
#include "rrd/backup_manifest.h"
#include "rrd/table.h"
#include "rrd/timeguard.h"

#define STAGE  ".restore" /* what moves in */
#define BEFORE ".before"  /* what moved out */
#define READY  STAGE "/ready"

/* What a backup may hold, and what a restore therefore replaces. */
static const char *const parts[] = {STATE_FAMILIES, STATE_RRD,
				    STATE_EVENTS,   STATE_EVENTS "-journal",
				    "heal.db",	    "heal.db-journal"};
#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

static int
is_part(const char *name)
{
	size_t len = strcspn(name, "/");

	for (size_t i = 0; i < N_PARTS; i++)
		if (strlen(parts[i]) == len &&
		    strncmp(parts[i], name, len) == 0)
			return 1;
	return 0;
}

static int
join(char out[PATH_MAX], const char *a, const char *b, struct err *err)
{
	if (snprintf(out, PATH_MAX, "%s/%s", a, b) >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE, "%s: name too long", b);
	return 0;
}

/* STATE/FOLDER/NAME. */
static int
join3(char out[PATH_MAX], const char *a, const char *b, const char *c,
      struct err *err)
{
	if (snprintf(out, PATH_MAX, "%s/%s/%s", a, b, c) >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE, "%s: name too long", c);
	return 0;
}

static int
read_manifest(const char *dir, struct manifest *m, struct err *err)
{
	char name[PATH_MAX];
	struct buf text;
	int rc;

	if (join(name, dir, BACKUP_CURRENT "/" MANIFEST_NAME, err) != 0)
		return -1;
	buf_init(&text, MANIFEST_BYTES_MAX);
	rc = file_read(name, &text, err);
	if (rc == 0)
		rc = manifest_parse(m, text.data, text.len, err);
	buf_done(&text);
	if (rc != 0)
		return err_prefix(err, "%s", dir);
	for (size_t i = 0; i < m->n_entries; i++)
		if (!is_part(m->entries[i].name)) {
			err_set(err, ERR_CORRUPT,
				"%s: %.100s is no part of a backup", dir,
				m->entries[i].name);
			manifest_free(m);
			return -1;
		}
	return 0;
}

/* Reads one file of the backup, to dst when it is not NULL, and compares. */
static int
take_file(const char *dir, const struct manifest_entry *e, const char *dst,
	  struct err *err)
{
	char name[PATH_MAX];
	uint64_t sum, bytes;
	int fd, rc;

	if (join3(name, dir, BACKUP_CURRENT, e->name, err) != 0)
		return -1;
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT
			   ? err_set(err, ERR_CORRUPT, "%s: is missing", name)
			   : err_sys(err, errno, "%s: open", name);
	rc = backup_copy(fd, dst, &sum, &bytes, err);
	(void)close(fd);
	if (rc == 0 && (sum != e->sum || bytes != e->bytes))
		rc = err_set(err, ERR_CORRUPT, "%s: is not what was backed up",
			     name);
	return rc;
}

int
backup_verify(const char *dir, backup_progress *progress,
	      struct backup_count *out, struct err *err)
{
	struct backup_count c = {0};
	struct manifest m;
	int rc = 0;

	if (read_manifest(dir, &m, err) != 0)
		return -1;
	for (size_t i = 0; i < m.n_entries && rc == 0; i++) {
		rc = take_file(dir, &m.entries[i], NULL, err);
		c.n_files++;
		c.bytes += m.entries[i].bytes;
		if (progress != NULL)
			progress(&c, m.n_entries);
	}
	manifest_free(&m);
	if (rc == 0)
		*out = c;
	return rc;
}

/* Copies all files below STATE/.restore, comparing again on the way. */
static int
stage(const char *dir, const char *state, const struct manifest *m,
      backup_progress *progress, struct backup_count *out, struct err *err)
{
	char folder[PATH_MAX], name[PATH_MAX], up[PATH_MAX];

	if (join(folder, state, BEFORE, err) != 0 ||
	    backup_remove(folder, err) != 0 ||
	    join(folder, state, STAGE, err) != 0 ||
	    backup_remove(folder, err) != 0 ||
	    file_mkdirs(folder, 0755, err) != 0)
		return -1;
	/* a backup without series still replaces those that are there */
	if (join(name, folder, STATE_RRD, err) != 0 ||
	    file_mkdirs(name, 0755, err) != 0 ||
	    join(name, folder, STATE_FAMILIES, err) != 0 ||
	    file_mkdirs(name, 0755, err) != 0)
		return -1;
	for (size_t i = 0; i < m->n_entries; i++) {
		const struct manifest_entry *e = &m->entries[i];

		if (join(name, folder, e->name, err) != 0)
			return -1;
		(void)snprintf(up, sizeof(up), "%.*s",
			       (int)(strrchr(name, '/') - name), name);
		if (file_mkdirs(up, 0755, err) != 0 ||
		    take_file(dir, e, name, err) != 0)
			return -1;
		out->n_files++;
		out->bytes += e->bytes;
		if (progress != NULL)
			progress(out, m->n_entries);
	}
	return 0;
}

static int
sync_state(const char *state, struct err *err)
{
	int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return err_sys(err, errno, "%s: open", state);
	if (syncfs(fd) != 0)
		rc = err_sys(err, errno, "%s: syncfs", state);
	(void)close(fd);
	return rc;
}

/* One part: what is there moves out, what is staged moves in.  Done twice it
 * does nothing, and killed in between it goes on where it was. */
static int
swap_part(const char *state, const char *part, struct err *err)
{
	char now[PATH_MAX], new[PATH_MAX], old[PATH_MAX];

	if (join(now, state, part, err) != 0 ||
	    join3(new, state, STAGE, part, err) != 0 ||
	    join3(old, state, BEFORE, part, err) != 0)
		return -1;
	if (access(new, F_OK) != 0)
		return 0; /* no part of this backup, or in already */
	/* moved out before a kill: what stands there since was made anew,
	 * like an empty folder by whoever started next */
	if (access(old, F_OK) == 0 && backup_remove(now, err) != 0)
		return -1;
	if (rename(now, old) != 0 && errno != ENOENT)
		return err_sys(err, errno, "%s: rename", now);
	if (rename(new, now) != 0)
		return err_sys(err, errno, "%s: rename", new);
	return 0;
}

/* The log's segments go: what they held is newer than the backup. */
static int
move_log(const char *state, struct err *err)
{
	char log[PATH_MAX], old[PATH_MAX], to[PATH_MAX];
	struct dirent *e;
	int rc = 0;
	DIR *d;

	if (join(log, state, STATE_LOG, err) != 0 ||
	    join(old, state, BEFORE "/" STATE_LOG, err) != 0 ||
	    file_mkdirs(old, 0755, err) != 0)
		return -1;
	d = opendir(log);
	if (d == NULL)
		return errno == ENOENT ? 0 : err_sys(err, errno, "%s", log);
	while (rc == 0 && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);

		if (len < 5 || strcmp(e->d_name + len - 4, ".wal") != 0)
			continue;
		rc = join(to, old, e->d_name, err);
		if (rc == 0 && renameat(dirfd(d), e->d_name, AT_FDCWD, to) != 0)
			rc = err_sys(err, errno, "%s: rename", to);
	}
	(void)closedir(d);
	return rc;
}

/* The table of last values goes, and whoever has it mapped learns it. */
static int
drop_table(const char *state, struct err *err)
{
	char name[PATH_MAX];
	struct table t = {.fd = -1};

	if (table_open(&t, state, true, NULL) == 0)
		atomic_store(&t.head->replaced, 1);
	table_close(&t);
	if (join(name, state, STATE_LATEST, err) != 0)
		return -1;
	if (unlink(name) != 0 && errno != ENOENT)
		return err_sys(err, errno, "%s: remove", name);
	return 0;
}

/* From the marker on: everything in place, in an order that may be repeated. */
static int
finish(const char *state, struct err *err)
{
	char name[PATH_MAX];

	if (join(name, state, BEFORE, err) != 0 ||
	    file_mkdirs(name, 0755, err) != 0)
		return -1;
	for (size_t i = 0; i < N_PARTS; i++)
		if (swap_part(state, parts[i], err) != 0)
			return -1;
	if (move_log(state, err) != 0 || drop_table(state, err) != 0 ||
	    sync_state(state, err) != 0)
		return -1;
	/* the marker first: without it the rest is only rubbish */
	if (join(name, state, READY, err) != 0)
		return -1;
	if (unlink(name) != 0)
		return err_sys(err, errno, "%s: remove", name);
	if (join(name, state, STAGE, err) != 0 || backup_remove(name, err) != 0)
		return -1;
	return join(name, state, BEFORE, err) != 0 ? -1
						   : backup_remove(name, err);
}

/* Takes a lock file; -1 with ERR_BUSY when it is held. */
static int
take_lock(const char *state, const char *name, int how, const char *who,
	  struct err *err)
{
	char file[PATH_MAX];
	int fd;

	if (join(file, state, name, err) != 0)
		return -1;
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0664);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", file);
	if (flock(fd, how) == 0)
		return fd;
	if (errno == EWOULDBLOCK)
		err_set(err, ERR_BUSY, "%s: %s is running here; stop it first",
			state, who);
	else
		err_sys(err, errno, "%s: lock", file);
	(void)close(fd);
	return -1;
}

int
restore_resume(const char *state, struct err *err)
{
	char name[PATH_MAX];
	int fd, rc;

	if (join(name, state, READY, err) != 0)
		return -1;
	if (access(name, F_OK) != 0)
		return 0;
	fd = take_lock(state, STATE_LOG "/lock", LOCK_EX, "", err);
	if (fd < 0)
		return -1;
	rc = finish(state, err);
	(void)close(fd);
	return rc == 0 ? 1 : -1;
}

/* Whether anything was ever stored here. */
static int
is_live(const char *state)
{
	static const char *const folders[] = {STATE_RRD, STATE_LOG};
	char name[PATH_MAX];
	int live = 0;

	for (size_t i = 0; i < 2; i++) {
		struct dirent *e;
		DIR *d;

		if (join(name, state, folders[i], NULL) != 0)
			return 1;
		d = opendir(name);
		while (d != NULL && (e = readdir(d)) != NULL)
			live |= e->d_name[0] != '.' &&
				strcmp(e->d_name, "lock") != 0 &&
				strstr(e->d_name, ".spare") == NULL;
		if (d != NULL)
			(void)closedir(d);
	}
	return live;
}

/* Under both locks. */
static int
replace(const char *dir, const char *state, const struct manifest *m,
	backup_progress *progress, struct backup_count *out, struct err *err)
{
	struct backup_count c = {0};
	char ready[PATH_MAX];

	if (stage(dir, state, m, progress, &c, err) != 0 ||
	    sync_state(state, err) != 0 ||
	    join(ready, state, READY, err) != 0 ||
	    file_write(ready, "", 0, 0644, err) != 0 || finish(state, err) != 0)
		return -1;
	*out = c;
	return 0;
}

void
restore_trust_clock(const char *state)
{
	struct timeguard_now now;
	struct timeguard g;

	if (timeguard_load(&g, state, NULL) != 0 || g.known)
		return;
	timeguard_read(&now);
	timeguard_accept(&g, &now);
	(void)timeguard_save(&g, state, NULL);
}

int
restore_run(const char *dir, const char *state, bool force,
	    backup_progress *progress, struct backup_count *out,
	    struct err *err)
{
	int store_fd = -1, log_fd = -1, rc = -1;
	struct manifest m;

	if (read_manifest(dir, &m, err) != 0)
		return -1;
	/* nothing of the state is touched before all sums are right */
	if (backup_verify(dir, NULL, &(struct backup_count){0}, err) != 0)
		goto out;
	if (!force && is_live(state)) {
		err_set(err, ERR_EXISTS,
			"%s: holds series already; --force replaces them",
			state);
		goto out;
	}
	if (state_init(state, err) != 0)
		goto out;
	store_fd = take_lock(state, STATE_STORE_LOCK, LOCK_EX | LOCK_NB,
			     "robin-store", err);
	if (store_fd < 0)
		goto out;
	if (restore_resume(state, err) < 0)
		goto out;
	restore_trust_clock(state);
	log_fd = take_lock(state, STATE_LOG "/lock", LOCK_EX, "", err);
	if (log_fd >= 0)
		rc = replace(dir, state, &m, progress, out, err);
out:
	if (log_fd >= 0)
		(void)close(log_fd);
	if (store_fd >= 0)
		(void)close(store_fd);
	manifest_free(&m);
	return rc;
}
