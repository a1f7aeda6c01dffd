/* SPDX-License-Identifier: MIT */
/* The table of last values as writers see it: see table.h. */
#include "rrd/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/clock.h"
#include "core/state.h"

#define CELLS_MIN 1024
#define ARENA_MIN (256 * 1024)
#define CELL_UNIT 8 /* a cell counts the file in these */

static const char hexdigits[] = "0123456789abcdef";

void
table_boot_id(unsigned char out[16])
{
	char text[40];
	ssize_t n = -1;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	size_t k = 0;

	memset(out, 0, 16);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		(void)close(fd);
	}
	for (ssize_t i = 0; i < n && k < 32; i++) {
		const char *d = memchr(hexdigits, text[i], 16);

		if (d == NULL)
			continue;
		out[k / 2] = (unsigned char)(out[k / 2] << 4 |
					     (unsigned char)(d - hexdigits));
		k++;
	}
}

uint64_t
table_hash(const char *path, size_t len)
{
	return XXH64(path, len, 0);
}

/* Points the struct's parts into its mapping. */
static void
table_bind(struct table *t)
{
	t->head = (struct table_head *)(void *)t->map;
	t->cells = (_Atomic uint64_t *)(void *)(t->map + TABLE_HEAD);
}

static bool
head_sane(const struct table_head *h, uint64_t file_bytes)
{
	return memcmp(h->magic, TABLE_MAGIC, sizeof(h->magic)) == 0 &&
	       h->file_bytes == file_bytes && h->n_cells >= 2 &&
	       (h->n_cells & (h->n_cells - 1)) == 0 &&
	       h->n_cells <= file_bytes / 8 &&
	       h->arena_at == TABLE_HEAD + h->n_cells * 8 &&
	       h->arena_at <= file_bytes &&
	       h->arena_used <= file_bytes - h->arena_at;
}

static int
map_fd(struct table *t, size_t bytes, struct err *err)
{
	int prot = t->writable ? PROT_READ | PROT_WRITE : PROT_READ;
	void *p = mmap(NULL, bytes, prot, MAP_SHARED, t->fd, 0);

	if (p == MAP_FAILED)
		return err_sys(err, errno, "%s: mmap", t->name);
	t->map = p;
	t->map_bytes = bytes;
	return 0;
}

int
table_open(struct table *t, const char *state, bool writable, struct err *err)
{
	unsigned char boot[16];
	struct stat st;

	memset(t, 0, sizeof(*t));
	t->fd = -1;
	t->writable = writable;
	if (state_path(state, STATE_LATEST, t->name, sizeof(t->name), err) != 0)
		return -1;
	t->fd = open(t->name, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (t->fd < 0)
		return err_sys(err, errno, "%s: open", t->name);
	if (fstat(t->fd, &st) != 0) {
		err_sys(err, errno, "%s: stat", t->name);
		goto fail;
	}
	if (!S_ISREG(st.st_mode) || st.st_size < TABLE_HEAD) {
		err_set(err, ERR_CORRUPT, "%s: not a table", t->name);
		goto fail;
	}
	t->inode = st.st_ino;
	if (map_fd(t, (size_t)st.st_size, err) != 0)
		goto fail;
	table_bind(t);
	table_boot_id(boot);
	if (!head_sane(t->head, (uint64_t)st.st_size) ||
	    memcmp(boot, t->head->boot_id, 16) != 0) {
		err_set(err, ERR_CORRUPT, "%s: of another boot or damaged",
			t->name);
		goto fail;
	}
	return 0;
fail:
	table_close(t);
	return -1;
}

void
table_close(struct table *t)
{
	if (t->map != NULL)
		(void)munmap(t->map, t->map_bytes);
	if (t->map != NULL || t->fd > 0)
		(void)close(t->fd);
	t->map = NULL;
	t->head = NULL;
	t->cells = NULL;
	t->fd = -1;
}

size_t
table_slot_bytes(size_t n_values, size_t path_bytes)
{
	size_t n = sizeof(struct table_slot) + 2 * n_values * sizeof(double) +
		   path_bytes + 1;

	return (n + 7) & ~(size_t)7;
}

int
table_make(struct table *t, const char *state, size_t n, size_t n_bytes,
	   struct err *err)
{
	size_t cells = CELLS_MIN,
	       arena = n_bytes < ARENA_MIN ? ARENA_MIN : n_bytes;
	char tmp[sizeof(t->name) + 8];
	size_t bytes;
	int rc;

	memset(t, 0, sizeof(*t));
	t->fd = -1;
	t->writable = true;
	if (state_path(state, STATE_LATEST, t->name, sizeof(t->name), err) != 0)
		return -1;
	while (cells < 2 * n)
		cells *= 2;
	bytes = TABLE_HEAD + cells * 8 + arena;
	bytes = (bytes + 4095) & ~(size_t)4095;
	(void)snprintf(tmp, sizeof(tmp), "%s.new", t->name);
	t->fd = open(tmp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0664);
	if (t->fd < 0)
		return err_sys(err, errno, "%s: create", tmp);
	rc = posix_fallocate(t->fd, 0, (off_t)bytes);
	if (rc != 0) {
		err_sys(err, rc, "%s: allocate %zu bytes", tmp, bytes);
		goto fail;
	}
	if (map_fd(t, bytes, err) != 0)
		goto fail;
	table_bind(t);
	memcpy(t->head->magic, TABLE_MAGIC, sizeof(t->head->magic));
	table_boot_id(t->head->boot_id);
	t->head->file_bytes = bytes;
	t->head->n_cells = cells;
	t->head->arena_at = TABLE_HEAD + cells * 8;
	t->head->generation = (uint64_t)clock_wall_ms();
	return 0;
fail:
	(void)unlink(tmp);
	table_close(t);
	return -1;
}

int
table_install(struct table *t, struct table *old, struct err *err)
{
	char tmp[sizeof(t->name) + 8];
	struct stat st;

	(void)snprintf(tmp, sizeof(tmp), "%s.new", t->name);
	if (fstat(t->fd, &st) != 0 || rename(tmp, t->name) != 0)
		return err_sys(err, errno, "%s: rename", t->name);
	t->inode = st.st_ino;
	if (old != NULL && old->head != NULL)
		atomic_store(&old->head->replaced, 1);
	return 0;
}

struct table_slot *
table_cell(const struct table *t, size_t cell)
{
	uint64_t v =
	    atomic_load_explicit(&t->cells[cell], memory_order_acquire);
	uint64_t at = (v & UINT32_MAX) * CELL_UNIT;
	struct table_slot *s;

	if (v == 0 || at < t->head->arena_at ||
	    at + sizeof(struct table_slot) > t->map_bytes)
		return NULL;
	s = (struct table_slot *)(void *)(t->map + at);
	if (at + table_slot_bytes(s->n_values, s->path_bytes) > t->map_bytes)
		return NULL;
	return s;
}

double *
table_values(struct table_slot *s, unsigned bank)
{
	double *v = (double *)(void *)(s + 1);

	return v + (size_t)bank * s->n_values;
}

const char *
table_path(const struct table_slot *s)
{
	return (const char *)(s + 1) + 2 * s->n_values * sizeof(double);
}

int64_t
table_newest_s(const struct table_slot *s)
{
	return s->time_s[s->newest & 1];
}

/* The cell that holds the path, or the free one where it would go. */
static size_t
probe(const struct table *t, uint64_t hash, const char *path, size_t len)
{
	uint64_t mask = t->head->n_cells - 1, high = hash >> 32;

	for (uint64_t i = hash & mask;; i = (i + 1) & mask) {
		uint64_t v =
		    atomic_load_explicit(&t->cells[i], memory_order_acquire);
		struct table_slot *s;

		if (v == 0)
			return (size_t)i;
		if (v >> 32 != high)
			continue;
		s = table_cell(t, (size_t)i);
		if (s != NULL && s->hash == hash && s->path_bytes == len &&
		    memcmp(table_path(s), path, len) == 0)
			return (size_t)i;
	}
}

struct table_slot *
table_find(const struct table *t, uint64_t hash, const char *path, size_t len)
{
	return table_cell(t, probe(t, hash, path, len));
}

bool
table_has_room(const struct table *t, size_t n_values, size_t path_bytes)
{
	const struct table_head *h = t->head;

	return h->arena_at + h->arena_used +
		       table_slot_bytes(n_values, path_bytes) <=
		   h->file_bytes &&
	       (h->n_used + 1) * 2 <= h->n_cells;
}

struct table_slot *
table_add(struct table *t, uint64_t hash, const char *path, size_t len,
	  size_t n_values, struct err *err)
{
	struct table_head *h = t->head;
	size_t cell = probe(t, hash, path, len);
	struct table_slot *s = table_cell(t, cell);
	size_t bytes = table_slot_bytes(n_values, len);
	uint64_t at = h->arena_at + h->arena_used;
	bool fresh = s == NULL;

	if (!fresh && s->n_values == n_values)
		return s;
	if (!table_has_room(t, n_values, len)) {
		err_set(err, ERR_FULL, "%s: table is full", t->name);
		return NULL;
	}
	s = (struct table_slot *)(void *)(t->map + at);
	memset(s, 0, bytes);
	s->hash = hash;
	s->n_values = (uint16_t)n_values;
	s->path_bytes = (uint16_t)len;
	memcpy((char *)(s + 1) + 2 * n_values * sizeof(double), path, len);
	h->arena_used += bytes;
	if (fresh)
		h->n_used++;
	else if (table_newest_s(table_cell(t, cell)) != 0)
		atomic_fetch_sub(&h->n_series, 1);
	atomic_store_explicit(&t->cells[cell],
			      (hash >> 32) << 32 | at / CELL_UNIT,
			      memory_order_release);
	return s;
}

void
table_publish(struct table *t, struct table_slot *s, int64_t time_s,
	      const double *values)
{
	uint32_t seq = atomic_load_explicit(&s->seq, memory_order_relaxed) | 1;
	int64_t newest_s = table_newest_s(s);
	unsigned bank = s->newest & 1;

	if (time_s < newest_s)
		return;
	if (time_s > newest_s)
		bank ^= 1;
	atomic_store_explicit(&s->seq, seq, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	memcpy(table_values(s, bank), values, s->n_values * sizeof(double));
	s->time_s[bank] = time_s;
	s->newest = bank;
	s->flags &= ~(uint32_t)SLOT_REMOVED;
	atomic_store_explicit(&s->seq, seq + 1, memory_order_release);
	if (newest_s == 0) {
		atomic_fetch_add(&t->head->n_series, 1);
		atomic_fetch_add(&t->head->generation, 1);
	}
}

void
table_remove(struct table *t, struct table_slot *s)
{
	uint32_t seq = atomic_load_explicit(&s->seq, memory_order_relaxed) | 1;

	if (table_newest_s(s) == 0)
		return;
	atomic_store_explicit(&s->seq, seq, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	s->time_s[0] = s->time_s[1] = 0;
	s->schema = 0;
	s->flags |= SLOT_REMOVED;
	atomic_store_explicit(&s->seq, seq + 1, memory_order_release);
	atomic_fetch_sub(&t->head->n_series, 1);
	atomic_fetch_add(&t->head->generation, 1);
}

void
table_place_get(const struct table *t, struct table_place *out)
{
	struct table_head *h = t->head;
	uint64_t a, b;

	do {
		a = atomic_load_explicit(&h->at_seq, memory_order_acquire);
		*out = h->place[a & 1];
		atomic_thread_fence(memory_order_acquire);
		b = atomic_load_explicit(&h->at_seq, memory_order_relaxed);
	} while (a != b);
}

void
table_place_set(struct table *t, const struct table_place *place)
{
	struct table_head *h = t->head;
	uint64_t next =
	    atomic_load_explicit(&h->at_seq, memory_order_relaxed) + 1;

	h->place[next & 1] = *place;
	atomic_store_explicit(&h->at_seq, next, memory_order_release);
}

bool
table_stale(const struct table *t)
{
	return t->head == NULL || atomic_load(&t->head->replaced) != 0;
}
