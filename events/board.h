/* SPDX-License-Identifier: MIT */
/*
 * Dashboards that people keep: a title and graphs in order.  robin-alert
 * stores them as records of events.db; who changes one drops a message into
 * the inbox, and who reads sees stored ones with waiting messages laid over
 * them, so that a change is there as soon as it is dropped.
 */
#ifndef EVENTS_BOARD_H
#define EVENTS_BOARD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/inbox.h"
#include "core/json.h"
#include "core/path.h"
#include "events/store.h"

#define BOARD_NAME_MAX	 40
#define BOARD_PANELS_MAX 60
#define BOARD_BYTES_MAX	 32768 /* of one, as it is kept */
#define BOARDS_MAX	 32    /* of one person */
#define BOARD_KIND	 "dashboard"

/* [a-z0-9][a-z0-9-]{0,39} */
bool board_name_valid(const char *name);

/*
 * Checks what somebody sent,
 *   {"title":…,"panels":[{"graph":PATH,"range":"day","wide":true},…]}
 * and appends it as it is kept: known members only, always in this order.
 * Pure.  -1 with ERR_INVALID or ERR_TOO_LARGE.
 */
int board_check(const cJSON *doc, struct buf *out, struct err *err);

/* One person's, by name. */
struct board {
	char name[BOARD_NAME_MAX + 1];
	char *json;		       /* as board_check writes it */
	char waiting[INBOX_NAME_SIZE]; /* the message, or "" when stored */
};

struct boards {
	size_t n;
	struct board list[2 * BOARDS_MAX];
};

/*
 * Reads all of one person (a slug).  Those whose removal waits have no json.
 * The caller calls boards_done, after a failure too.
 */
int boards_read(const char *state, const char *user, struct boards *out,
		struct err *err);
void boards_done(struct boards *b);

/* The one of that name, or NULL; one whose removal waits too. */
const struct board *boards_find(const struct boards *b, const char *name);

/* How many there are, those being removed left out. */
size_t boards_count(const struct boards *b);

/*
 * Holds off other changes from reading until the drop; a descriptor to
 * close, or -1.  Blocks while another process holds it.
 */
int boards_lock(const char *state, struct err *err);

/*
 * Drops a change: json (NULL: remove it) replaces old (what boards_read said
 * under the same lock; NULL: nothing).
 */
int boards_change(const char *state, const char *user, const char *name,
		  const char *json, const struct board *old, struct err *err);

/*
 * The writer's end: carries out one message inside its transaction.  0 done,
 * 1 the message is not one, -1 the database failed.
 */
int board_take(struct events *db, const cJSON *message, struct err *err);

#endif
