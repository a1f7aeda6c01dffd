/* SPDX-License-Identifier: MIT */
/* The writer's list of series and the records they wait for: see store.h. */
#include <stdlib.h>
#include <string.h>

#include "rrd/store_impl.h"
#include "rrd/table.h"

static size_t
probe(const struct store *s, uint64_t hash, const char *path, size_t len)
{
	size_t mask = s->n_index - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		const struct store_file *f;

		if (s->index[i] == STORE_NONE)
			return i;
		f = s->files[s->index[i]];
		if (f->hash == hash && f->path_bytes == len &&
		    memcmp(f->path, path, len) == 0)
			return i;
	}
}

static int
grow_index(struct store *s)
{
	size_t n = s->n_index == 0 ? 1024 : 2 * s->n_index;
	uint32_t *index = malloc(n * sizeof(*index));

	if (index == NULL)
		return -1;
	memset(index, 0xff, n * sizeof(*index));
	free(s->index);
	s->index = index;
	s->n_index = n;
	for (size_t k = 0; k < s->n_files; k++) {
		const struct store_file *f = s->files[k];

		index[probe(s, f->hash, f->path, f->path_bytes)] = (uint32_t)k;
	}
	return 0;
}

static int
grow_files(struct store *s)
{
	size_t cap = s->cap_files == 0 ? 512 : 2 * s->cap_files;
	struct store_file **files = realloc(s->files, cap * sizeof(*files));

	if (files == NULL)
		return -1;
	s->files = files;
	s->cap_files = cap;
	return 0;
}

struct store_file *
store_find(struct store *s, const char *path, size_t len, struct err *err)
{
	uint64_t hash = table_hash(path, len);
	struct store_file *f;
	size_t cell;

	if ((s->n_files + 1) * 2 > s->n_index && grow_index(s) != 0)
		goto nomem;
	cell = probe(s, hash, path, len);
	if (s->index[cell] != STORE_NONE)
		return s->files[s->index[cell]];
	if (s->n_files == s->cap_files && grow_files(s) != 0)
		goto nomem;
	f = calloc(1, sizeof(*f) + len + 1);
	if (f == NULL)
		goto nomem;
	f->hash = hash;
	f->first = f->last = STORE_NONE;
	f->touched = UINT64_MAX;
	f->path_bytes = (uint16_t)len;
	memcpy(f->path, path, len);
	s->index[cell] = (uint32_t)s->n_files;
	s->files[s->n_files++] = f;
	return f;
nomem:
	err_set(err, ERR_NOMEM, "robin-store: out of memory");
	return NULL;
}

int
store_op_add(struct store *s, struct store_file *f,
	     const struct record_head *record, struct err *err)
{
	uint32_t k = (uint32_t)s->n_ops;

	if (s->n_ops == s->cap_ops) {
		size_t cap = s->cap_ops == 0 ? 4096 : 2 * s->cap_ops;
		struct store_op *ops = realloc(s->ops, cap * sizeof(*ops));

		if (ops == NULL)
			return err_set(err, ERR_NOMEM,
				       "robin-store: out of memory");
		s->ops = ops;
		s->cap_ops = cap;
	}
	s->ops[k] = (struct store_op){.record = record, .next = STORE_NONE};
	s->n_ops++;
	s->n_pending++;
	if (f->last == STORE_NONE)
		f->first = k;
	else
		s->ops[f->last].next = k;
	f->last = k;
	f->n_ops++;
	return 0;
}

void
store_op_drop(struct store *s, struct store_file *f, uint32_t n, uint32_t next)
{
	f->first = next;
	if (next == STORE_NONE)
		f->last = STORE_NONE;
	f->n_ops -= n;
	s->n_pending -= n;
	/* nothing refers to the list any more: start it afresh */
	if (s->n_pending == 0)
		s->n_ops = 0;
}

void
store_files_free(struct store *s)
{
	for (size_t k = 0; k < s->n_files; k++)
		free(s->files[k]);
	free(s->files);
	free(s->index);
	free(s->ops);
	s->files = NULL;
	s->index = NULL;
	s->ops = NULL;
	s->n_files = s->cap_files = s->n_index = 0;
	s->n_ops = s->cap_ops = s->n_pending = 0;
}
