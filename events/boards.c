/* SPDX-License-Identifier: MIT */
/* What a person keeps, waiting changes included: see board.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/state.h"
#include "events/board.h"
#include "events/inbox.h"

#define TAG "board"

struct reading {
	struct boards *boards;
	const char *user;
	bool failed;
};

static struct board *
find(struct boards *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->list[i].name, name) == 0)
			return &b->list[i];
	return NULL;
}

/* The entry of that name, made when there is room. */
static struct board *
find_or_add(struct boards *b, const char *name)
{
	struct board *e = find(b, name);

	if (e == NULL && b->n < sizeof(b->list) / sizeof(b->list[0])) {
		e = &b->list[b->n++];
		*e = (struct board){0};
		(void)snprintf(e->name, sizeof(e->name), "%s", name);
	}
	return e;
}

/* A later message wins over an earlier one. */
static int
see_waiting(const char *file, const cJSON *message, void *arg)
{
	struct reading *r = arg;
	const char *user = json_get_string(message, "user");
	const char *name = json_get_string(message, "name");
	const cJSON *doc = cJSON_GetObjectItemCaseSensitive(message, "board");
	struct board *e;
	struct buf json;

	if (user == NULL || strcmp(user, r->user) != 0 || name == NULL ||
	    !board_name_valid(name))
		return 0;
	e = find_or_add(r->boards, name);
	if (e == NULL)
		return 0;
	free(e->json);
	e->json = NULL;
	(void)snprintf(e->waiting, sizeof(e->waiting), "%s", file);
	buf_init(&json, BOARD_BYTES_MAX + 1);
	if (cJSON_IsObject(doc) && board_check(doc, &json, NULL) == 0 &&
	    (e->json = strdup(json.data)) == NULL)
		r->failed = true;
	buf_done(&json);
	return 0;
}

static int
see_stored(const char *key, const char *json, void *arg)
{
	struct reading *r = arg;
	const char *name = strrchr(key, '/');
	struct board *e;

	if (name == NULL || !board_name_valid(++name) ||
	    find(r->boards, name) != NULL)
		return 0;
	e = find_or_add(r->boards, name);
	if (e != NULL && (e->json = strdup(json)) == NULL)
		r->failed = true;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct board *)a)->name,
		      ((const struct board *)b)->name);
}

int
boards_read(const char *state, const char *user, struct boards *out,
	    struct err *err)
{
	struct reading r = {.boards = out, .user = user};
	char prefix[SLUG_MAX + 2];
	struct err why = {0};
	struct events *db;
	int rc = 0;

	out->n = 0;
	/* first what waits: in between it may be stored, never lost */
	if (inbox_peek(state, TAG, see_waiting, &r, err) != 0)
		return -1;
	(void)snprintf(prefix, sizeof(prefix), "%s/", user);
	db = events_open_ro(state, &why);
	if (db == NULL && why.code != ERR_NOT_FOUND) {
		*err = why;
		return -1;
	}
	if (db != NULL)
		rc = events_record_below(db, BOARD_KIND, prefix, see_stored, &r,
					 err);
	events_close(&db);
	if (rc == 0 && r.failed)
		rc = err_set(err, ERR_NOMEM, "dashboards: out of memory");
	qsort(out->list, out->n, sizeof(out->list[0]), by_name);
	return rc;
}

void
boards_done(struct boards *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->list[i].json);
	b->n = 0;
}

const struct board *
boards_find(const struct boards *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->list[i].name, name) == 0)
			return &b->list[i];
	return NULL;
}

size_t
boards_count(const struct boards *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->list[i].json != NULL;
	return n;
}

int
boards_lock(const char *state, struct err *err)
{
	char folder[PATH_MAX];
	int fd;

	if (state_path(state, STATE_INBOX, folder, sizeof(folder), err) != 0)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", folder);
	while (flock(fd, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		err_sys(err, errno, "%s: lock", folder);
		(void)close(fd);
		return -1;
	}
	return fd;
}

int
boards_change(const char *state, const char *user, const char *name,
	      const char *json, const struct board *old, struct err *err)
{
	char path[PATH_MAX];
	struct buf message;
	int rc;

	buf_init(&message, INBOX_BYTES_MAX);
	buf_str(&message, "{\"kind\":\"" BOARD_KIND "\",\"user\":");
	json_string(&message, user);
	buf_str(&message, ",\"name\":");
	json_string(&message, name);
	buf_fmt(&message, ",\"board\":%s}", json != NULL ? json : "null");
	rc = inbox_drop_as(state, TAG, message.data, message.len, NULL, err);
	buf_done(&message);
	/* one change replaces the other, so that saving often fills nothing */
	if (rc == 0 && old != NULL && old->waiting[0] != '\0' &&
	    state_path(state, STATE_INBOX, path, sizeof(path), NULL) == 0) {
		size_t len = strlen(path);

		(void)snprintf(path + len, sizeof(path) - len, "/%s",
			       old->waiting);
		(void)unlink(path);
	}
	return rc;
}
