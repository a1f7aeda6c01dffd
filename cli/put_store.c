/* SPDX-License-Identifier: MIT */
/* Lines into the log: see put_store.h. */
#include "cli/put_store.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/family.h"
#include "core/path.h"
#include "core/registry.h"
#include "core/state.h"
#include "rrd/wal.h"

#define SLOTS	     4096 /* a power of two */
#define FAMILIES_MAX 5000 /* of them; more are no names but noise */

/* A path seen lately. */
struct slot {
	uint64_t hash;
	size_t len; /* of text; 0: free */
	char text[PATH_SIZE];
	struct path path;
	const struct family *family; /* as of batch; borrowed from registry */
	uint64_t batch;
};

struct put_store {
	struct registry *registry;
	struct wal *wal;
	uint64_t batch;
	size_t n_families; /* counted when the first one is made */
	struct slot *slots;
};

struct put_store *
put_store_new(const char *state, struct err *err)
{
	struct put_store *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(err, ERR_NOMEM, "put: out of memory");
		return NULL;
	}
	s->slots = calloc(SLOTS, sizeof(*s->slots));
	if (s->slots == NULL)
		err_set(err, ERR_NOMEM, "put: out of memory");
	else if (state_init(state, err) == 0 &&
		 (s->registry = registry_new(state, err)) != NULL &&
		 (s->wal = wal_open(state, s->registry, err)) != NULL)
		return s;
	put_store_free(&s);
	return NULL;
}

void
put_store_free(struct put_store **s)
{
	if (s == NULL || *s == NULL)
		return;
	wal_close(&(*s)->wal);
	registry_free(&(*s)->registry);
	free((*s)->slots);
	free(*s);
	*s = NULL;
}

static int
count_one(const struct family *f, void *n)
{
	(void)f;
	++*(size_t *)n;
	return 0;
}

/* A family that nobody declared gets v1…vn, as many as its first line has. */
static const struct family *
make_family(struct put_store *s, const char *name, size_t n_values,
	    struct err *err)
{
	struct family *f;
	int rc;

	if (s->n_families == 0)
		(void)registry_each(s->registry, count_one, &s->n_families);
	if (s->n_families >= FAMILIES_MAX) {
		err_set(err, ERR_FULL, "full: %d families are known",
			FAMILIES_MAX);
		return NULL;
	}
	f = family_undeclared(name, n_values, err);
	if (f == NULL)
		return NULL;
	rc = registry_put(s->registry, f, err);
	family_free(&f);
	if (rc < 0)
		return NULL;
	s->n_families++;
	return registry_find(s->registry, name, err);
}

static const struct family *
find_family(struct put_store *s, const char *name, size_t n_values,
	    struct err *err)
{
	const struct family *f = registry_find(s->registry, name, err);

	if (f != NULL || err->code != ERR_NOT_FOUND)
		return f;
	return make_family(s, name, n_values, err);
}

/* The slot of a line's path, filled; NULL with err when it is not a path. */
static struct slot *
find_slot(struct put_store *s, const struct put_line *line, struct err *err)
{
	uint64_t hash = XXH3_64bits(line->path, line->path_len);
	struct slot *slot = &s->slots[hash & (SLOTS - 1)];

	if (slot->len > 0 && slot->hash == hash &&
	    slot->len == line->path_len &&
	    memcmp(slot->text, line->path, line->path_len) == 0)
		return slot;
	if (line->path_len >= PATH_SIZE ||
	    path_parse(line->path, line->path_len, &slot->path, NULL) != 0) {
		err_set(err, ERR_INVALID,
			"bad path: not CLUSTER/HOST/FAMILY[.INSTANCE]");
		return NULL;
	}
	slot->hash = hash;
	slot->len = line->path_len;
	memcpy(slot->text, line->path, line->path_len);
	slot->family = NULL;
	return slot;
}

int
put_store_begin(struct put_store *s, struct err *err)
{
	s->batch++;
	return wal_begin(s->wal, err);
}

int
put_store_add(struct put_store *s, const struct put_line *line, struct err *err)
{
	struct slot *slot = find_slot(s, line, err);
	enum wal_verdict verdict;

	if (slot == NULL)
		return -1;
	/* a family may be declared anew while we run: look once a batch */
	if (slot->family == NULL || slot->batch != s->batch) {
		slot->family =
		    find_family(s, slot->path.family, line->n_values, err);
		slot->batch = s->batch;
	}
	if (slot->family == NULL)
		return -1;
	*err = (struct err){0};
	verdict = wal_put(s->wal, &slot->path, slot->family, line->time_s,
			  line->values, line->n_values, 1, err);
	if (verdict == WAL_STORED)
		return 0;
	if (verdict == WAL_FAILED && err->code != ERR_NONE)
		return err_prefix(err, "%s", wal_verdict_text(verdict));
	return err_set(err, ERR_INVALID, "%s", wal_verdict_text(verdict));
}

int
put_store_commit(struct put_store *s, struct err *err)
{
	return wal_commit(s->wal, err);
}
