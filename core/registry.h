/* SPDX-License-Identifier: MIT */
/*
 * The family registry: STATE/families/NAME.json, one file a family, replaced
 * atomically by whoever learns one (collectors at start, `robin put` for an
 * undeclared name).  Renderers read families from here and nowhere else.
 */
#ifndef CORE_REGISTRY_H
#define CORE_REGISTRY_H

#include "core/err.h"
#include "core/family.h"

struct registry;

/*
 * Opens the registry of a state folder; reads nothing yet.  NULL when out of
 * memory.  Not thread-safe; fork-safe.
 */
struct registry *registry_new(const char *state, struct err *err);
void registry_free(struct registry **r);

/*
 * The family of that name, read on first use and read again when its file
 * has changed (checked at most once a second by mtime and size).  Borrowed:
 * valid until registry_free (a replaced family stays allocated until then).
 * NULL with ERR_NOT_FOUND, ERR_INVALID or ERR_IO.
 */
const struct family *registry_find(struct registry *r, const char *name,
				   struct err *err);

/*
 * Calls fn for each family in name order; stops when fn returns non-zero and
 * returns that.  A file that does not parse is skipped.
 */
int registry_each(struct registry *r,
		  int (*fn)(const struct family *f, void *arg), void *arg);

/* Writes families/NAME.json when its bytes differ from what is there;
 * returns 1 when it wrote, 0 when it was there already, -1. */
int registry_put(struct registry *r, const struct family *f, struct err *err);

#endif
