/* SPDX-License-Identifier: MIT */
/* The log's files: see segment.h. */
#include "rrd/segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/number.h"
#include "core/state.h"

#define SUFFIX_LOG   ".wal"
#define SUFFIX_SPARE ".spare"

static int
name_of(const char *state, uint64_t number, const char *suffix,
	char out[PATH_MAX], struct err *err)
{
	int n = snprintf(out, PATH_MAX, "%s/%s/%08llu%s", state, STATE_LOG,
			 (unsigned long long)number, suffix);

	if (n < 0 || n >= PATH_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "%.60s…: state folder name too long", state);
	return 0;
}

int
segment_open(struct segment *s, const char *state, uint64_t number,
	     int writable, struct err *err)
{
	char name[PATH_MAX];
	unsigned char raw[sizeof(struct segment_head)];
	struct segment_head head;
	ssize_t n;
	int fd;

	if (name_of(state, number, SUFFIX_LOG, name, err) != 0)
		return -1;
	fd = open(name, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	n = pread(fd, raw, sizeof(raw), 0);
	if (n < 0) {
		err_sys(err, errno, "%s: read", name);
		goto fail;
	}
	if (segment_decode(raw, (size_t)n, &head, err) != 0) {
		err_prefix(err, "%s", name);
		goto fail;
	}
	if (head.number != number) {
		err_set(err, ERR_CORRUPT, "%s: says it is segment %llu", name,
			(unsigned long long)head.number);
		goto fail;
	}
	s->fd = fd;
	s->head = head;
	return 0;
fail:
	(void)close(fd);
	return -1;
}

void
segment_close(struct segment *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

/* Calls fn for every file of the log folder with that suffix. */
static int
each_file(const char *state, const char *suffix,
	  int (*fn)(uint64_t number, void *arg), void *arg, struct err *err)
{
	char folder[PATH_MAX];
	struct dirent *e;
	int rc = 0;
	DIR *d;

	if (state_path(state, STATE_LOG, folder, sizeof(folder), err) != 0)
		return -1;
	d = opendir(folder);
	if (d == NULL)
		return errno == ENOENT
			   ? 0
			   : err_sys(err, errno, "%s: open", folder);
	while (rc == 0 && (e = readdir(d)) != NULL) {
		size_t len = strcspn(e->d_name, ".");
		uint64_t number;

		if (strcmp(e->d_name + len, suffix) == 0 &&
		    number_u64(e->d_name, len, &number))
			rc = fn(number, arg);
	}
	(void)closedir(d);
	return rc;
}

struct number_list {
	uint64_t *v;
	size_t n, cap;
};

static int
list_add(uint64_t number, void *arg)
{
	struct number_list *l = arg;

	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 64 : 2 * l->cap;
		uint64_t *v = realloc(l->v, cap * sizeof(*v));

		if (v == NULL)
			return 1;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = number;
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int
list_of(const char *state, const char *suffix, struct number_list *l,
	struct err *err)
{
	int rc = each_file(state, suffix, list_add, l, err);

	if (rc == 0 && l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_number);
	if (rc > 0)
		rc = err_set(err, ERR_NOMEM, "log: out of memory");
	if (rc != 0) {
		free(l->v);
		*l = (struct number_list){0};
	}
	return rc;
}

int
segment_list(const char *state, uint64_t **numbers, size_t *n, struct err *err)
{
	struct number_list l = {0};

	if (list_of(state, SUFFIX_LOG, &l, err) != 0)
		return -1;
	*numbers = l.v;
	*n = l.n;
	return 0;
}

/* A new file of SEGMENT_BYTES real bytes under a temporary name. */
static int
make_file(const char *tmp, struct err *err)
{
	static const char zeros[65536];
	int fd = open(tmp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_sys(err, errno, "%s: create", tmp);
	for (uint64_t at = 0; at < SEGMENT_BYTES; at += sizeof(zeros)) {
		if (file_write_all(fd, zeros, sizeof(zeros)) == 0)
			continue;
		err_sys(err, errno, "%s: write", tmp);
		(void)close(fd);
		(void)unlink(tmp);
		return -1;
	}
	return fd;
}

/* Opens the lowest spare that has the right size; -1 when there is none. */
static int
take_spare(const char *state, char name[PATH_MAX])
{
	struct number_list l = {0};
	int fd = -1;

	if (list_of(state, SUFFIX_SPARE, &l, NULL) != 0)
		return -1;
	for (size_t i = 0; i < l.n && fd < 0; i++) {
		struct stat st;

		if (name_of(state, l.v[i], SUFFIX_SPARE, name, NULL) != 0)
			break;
		fd = open(name, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (fstat(fd, &st) != 0 ||
		    (uint64_t)st.st_size != SEGMENT_BYTES) {
			(void)close(fd);
			(void)unlink(name);
			fd = -1;
		}
	}
	free(l.v);
	return fd;
}

/* A random epoch that the bytes already in the file do not carry. */
static uint32_t
new_epoch(int fd)
{
	struct segment_head old;
	uint32_t epoch = 0;

	if (pread(fd, &old, sizeof(old), 0) != (ssize_t)sizeof(old))
		old.epoch = 0;
	while (epoch == 0 || epoch == old.epoch)
		if (getrandom(&epoch, sizeof(epoch), 0) !=
		    (ssize_t)sizeof(epoch))
			epoch = (uint32_t)clock_boot_ms() | 1;
	return epoch;
}

int
segment_make(struct segment *s, const char *state,
	     const struct segment_head *head, struct err *err)
{
	char name[PATH_MAX], from[PATH_MAX];
	struct segment_head h = *head;
	int fd;

	if (name_of(state, h.number, SUFFIX_LOG, name, err) != 0)
		return -1;
	fd = take_spare(state, from);
	if (fd < 0) {
		if (name_of(state, h.number, ".new", from, err) != 0)
			return -1;
		fd = make_file(from, err);
		if (fd < 0)
			return -1;
	}
	h.epoch = new_epoch(fd);
	h.created_s = clock_wall_s();
	segment_seal(&h);
	if (pwrite(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h) ||
	    fdatasync(fd) != 0 || rename(from, name) != 0) {
		err_sys(err, errno, "%s: make", name);
		goto fail;
	}
	if (file_sync_folder(name, err) != 0)
		goto fail;
	s->fd = fd;
	s->head = h;
	return 0;
fail:
	(void)close(fd);
	return -1;
}

void
segment_count(const char *state, size_t *in_use, size_t *spare)
{
	struct number_list a = {0}, b = {0};

	(void)list_of(state, SUFFIX_LOG, &a, NULL);
	(void)list_of(state, SUFFIX_SPARE, &b, NULL);
	*in_use = a.n;
	*spare = b.n;
	free(a.v);
	free(b.v);
}

int
segment_recycle(const char *state, uint64_t number, struct err *err)
{
	char name[PATH_MAX], spare[PATH_MAX];
	size_t in_use, spares;

	if (name_of(state, number, SUFFIX_LOG, name, err) != 0 ||
	    name_of(state, number, SUFFIX_SPARE, spare, err) != 0)
		return -1;
	segment_count(state, &in_use, &spares);
	/* under steady heavy load a deeper pool saves making new files */
	if (spares < SEGMENT_SPARES + in_use / 2) {
		if (rename(name, spare) != 0)
			return err_sys(err, errno, "%s: recycle", name);
		return 0;
	}
	if (unlink(name) != 0 && errno != ENOENT)
		return err_sys(err, errno, "%s: delete", name);
	return 0;
}

int
segment_reserve(const char *state, size_t want, struct err *err)
{
	char tmp[PATH_MAX], name[PATH_MAX];
	struct number_list l = {0};
	uint64_t number;
	int fd;

	if (list_of(state, SUFFIX_SPARE, &l, err) != 0)
		return -1;
	number = l.n > 0 ? l.v[l.n - 1] + 1 : 0;
	free(l.v);
	for (size_t have = l.n; have < want; have++, number++) {
		if (name_of(state, number, ".reserve", tmp, err) != 0 ||
		    name_of(state, number, SUFFIX_SPARE, name, err) != 0)
			return -1;
		fd = make_file(tmp, err);
		if (fd < 0)
			return -1;
		/* started now, waited for when it is used */
		(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		(void)close(fd);
		if (rename(tmp, name) != 0) {
			err_sys(err, errno, "%s: make", name);
			(void)unlink(tmp);
			return -1;
		}
	}
	return 0;
}
