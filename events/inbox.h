/* SPDX-License-Identifier: MIT */
/*
 * The reading end of STATE/inbox.  Hands over parsed documents in name
 * order; the caller stores them in one transaction and only then calls
 * inbox_remove, so that a kill in between repeats (same uid) and loses
 * nothing.  Whatever is not a regular file of one JSON object within the
 * limits is moved to inbox/bad/, of which the first INBOX_BAD_MAX are kept.
 */
#ifndef EVENTS_INBOX_H
#define EVENTS_INBOX_H

#include <limits.h>
#include <stddef.h>

#include "core/err.h"
#include "core/inbox.h"
#include "core/json.h"

#define INBOX_BATCH_MAX 256
#define INBOX_BAD_MAX	100

struct inbox_item {
	char name[INBOX_NAME_SIZE];
	cJSON *json;
};

struct inbox {
	char folder[PATH_MAX];
	size_t n, n_bad; /* n_bad: quarantined in this pass */
	struct inbox_item items[INBOX_BATCH_MAX];
};

/* Reads up to a batch; never blocks on a FIFO, never follows a link.  A
 * folder that is not there is an empty one. */
int inbox_read(const char *state, struct inbox *in, struct err *err);

/*
 * Calls fn for each waiting message whose name carries the tag
 * (inbox_drop_as), in name order, and leaves it there.  What does not parse
 * is passed over.  Stops when fn returns non-zero and returns that; -1 when
 * the folder cannot be read; a folder that is not there is an empty one.
 */
int inbox_peek(const char *state, const char *tag,
	       int (*fn)(const char *name, const cJSON *json, void *arg),
	       void *arg, struct err *err);

/* Moves one item (by index) to bad/: parsed, but refused by who read it. */
void inbox_refuse(struct inbox *in, size_t i);

/* Removes the files of all items that were not refused. */
int inbox_remove(struct inbox *in, struct err *err);

/* Frees the documents. */
void inbox_done(struct inbox *in);

/* One document's bytes, as inbox_read takes them; NULL when refused. */
cJSON *inbox_parse(const char *text, size_t len, struct err *err);

#endif
