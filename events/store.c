/* SPDX-License-Identifier: MIT */
/* Opening events.db, its schema and its transactions: see store.h. */
#include "events/store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/state.h"
#include "events/sql.h"

#define BUSY_MS 2000

/* schema[v] brings a file of user_version v to v + 1. */
static const char *const schema[EVENTS_VERSION] = {
    "CREATE TABLE event("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " uid TEXT NOT NULL UNIQUE,"
    " time_s INTEGER NOT NULL,"
    " until_s INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " cluster TEXT NOT NULL,"
    " host TEXT NOT NULL,"
    " series TEXT NOT NULL,"
    " severity TEXT NOT NULL,"
    " title TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " source TEXT NOT NULL,"
    " data TEXT NOT NULL,"
    " tags TEXT NOT NULL);" /* a line each, for reading back */
    "CREATE INDEX event_time ON event(time_s);"
    "CREATE INDEX event_kind ON event(kind, time_s);"
    "CREATE TABLE event_tag("
    " tag TEXT NOT NULL, event_id INTEGER NOT NULL"
    "  REFERENCES event(id) ON DELETE CASCADE,"
    " PRIMARY KEY(tag, event_id)) WITHOUT ROWID;"
    "CREATE INDEX event_tag_event ON event_tag(event_id);"
    "CREATE TABLE record("
    " kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL,"
    " PRIMARY KEY(kind, key)) WITHOUT ROWID;"
    "CREATE TABLE outbox("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " channel TEXT NOT NULL,"
    " topic TEXT NOT NULL,"
    " created_s INTEGER NOT NULL,"
    " keep INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL DEFAULT 0,"
    " not_before_boot_ms INTEGER NOT NULL DEFAULT 0,"
    " last_error TEXT NOT NULL DEFAULT '',"
    " body TEXT NOT NULL);"
    "CREATE INDEX outbox_channel ON outbox(channel, id);",
};

static int
exec(struct events *e, const char *sql, struct err *err)
{
	if (sqlite3_exec(e->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sql_fail(e, "write", err);
	return 0;
}

static int
user_version(struct events *e, int *out, struct err *err)
{
	sqlite3_stmt *s = sql_prepare(e, err, "PRAGMA user_version", "");
	int rc = -1;

	if (s == NULL)
		return -1;
	if (sqlite3_step(s) == SQLITE_ROW) {
		*out = sqlite3_column_int(s, 0);
		rc = 0;
	} else {
		sql_fail(e, "read", err);
	}
	(void)sqlite3_finalize(s);
	return rc;
}

static int
check_version(struct events *e, int *version, struct err *err)
{
	if (user_version(e, version, err) != 0)
		return -1;
	if (*version > EVENTS_VERSION)
		return err_set(err, ERR_UNSUPPORTED,
			       "%s: version %d was written by a newer Robin "
			       "(this one knows %d)",
			       e->path, *version, EVENTS_VERSION);
	return 0;
}

static int
upgrade(struct events *e, struct err *err)
{
	char pragma[40];
	int version;

	if (events_begin(e, err) != 0)
		return -1;
	if (check_version(e, &version, err) != 0)
		goto fail;
	for (; version < EVENTS_VERSION; version++)
		if (exec(e, schema[version], err) != 0)
			goto fail;
	(void)snprintf(pragma, sizeof(pragma), "PRAGMA user_version=%d",
		       version);
	if (exec(e, pragma, err) != 0)
		goto fail;
	return events_commit(e, err);
fail:
	events_abort(e);
	return -1;
}

/* Reads every page's structure, so damage shows now and not at 3 am. */
static int
check_pages(struct events *e, struct err *err)
{
	sqlite3_stmt *s = sql_prepare(e, err, "PRAGMA quick_check(1)", "");
	int rc = 0;

	if (s == NULL)
		return -1;
	if (sqlite3_step(s) != SQLITE_ROW)
		rc = sql_fail(e, "check", err);
	else if (sqlite3_stricmp(sql_text(s, 0), "ok") != 0)
		rc = err_set(err, ERR_CORRUPT, "%s: damaged: %.80s", e->path,
			     sql_text(s, 0));
	(void)sqlite3_finalize(s);
	return rc;
}

static struct events *
open_file(const char *path, int flags, struct err *err)
{
	struct events *e = calloc(1, sizeof(*e));

	if (e == NULL) {
		err_set(err, ERR_NOMEM, "%s: out of memory", path);
		return NULL;
	}
	(void)snprintf(e->path, sizeof(e->path), "%s", path);
	if (sqlite3_open_v2(path, &e->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		sql_fail(e, "open", err);
		events_close(&e);
		return NULL;
	}
	(void)sqlite3_busy_timeout(e->db, BUSY_MS);
	(void)sqlite3_db_config(e->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return e;
}

static struct events *
open_rw(const char *path, struct err *err)
{
	struct events *e =
	    open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);

	if (e == NULL)
		return NULL;
	if (exec(e,
		 "PRAGMA trusted_schema=OFF; PRAGMA journal_mode=DELETE;"
		 "PRAGMA temp_store=MEMORY;"
		 "PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON;",
		 err) != 0 ||
	    check_pages(e, err) != 0 || upgrade(e, err) != 0)
		events_close(&e);
	return e;
}

static int
add_damage_event(struct events *e, const char *kept, const char *why,
		 struct err *err)
{
	struct event event;

	event_init(&event);
	event.uid = kept;
	event.kind = "robin";
	event.severity = "warning";
	event.time_s = clock_wall_s();
	event.title = "The events database was damaged and begun anew";
	event.text = why;
	event.source = "robin-alert";
	return events_add(e, &event, err) < 0 ? -1 : 0;
}

/* Puts the damaged file (and its journal, which belongs to it) aside. */
static struct events *
replace_damaged(const char *path, struct err *err)
{
	char aside[PATH_MAX + 32], journal[PATH_MAX + 16];
	char kept[sizeof(aside) + 16];
	char why[sizeof(err->msg)];
	struct events *e;

	(void)snprintf(why, sizeof(why), "%s", err->msg);
	(void)snprintf(aside, sizeof(aside), "%s.bad-%lld", path,
		       (long long)clock_wall_s());
	if (rename(path, aside) != 0) {
		err_sys(err, errno, "%s: rename", path);
		return NULL;
	}
	(void)snprintf(journal, sizeof(journal), "%s-journal", path);
	(void)snprintf(kept, sizeof(kept), "%s-journal", aside);
	if (rename(journal, kept) != 0 && errno != ENOENT) {
		err_sys(err, errno, "%s: rename", journal);
		return NULL;
	}
	e = open_rw(path, err);
	if (e != NULL &&
	    add_damage_event(e, strrchr(aside, '/') + 1, why, err) != 0)
		events_close(&e);
	return e;
}

struct events *
events_open(const char *state, struct err *err)
{
	char path[PATH_MAX];
	struct err first = {0};
	struct events *e;
	mode_t old;

	if (state_path(state, STATE_EVENTS, path, sizeof(path), err) != 0)
		return NULL;
	old = umask(0022);
	e = open_rw(path, &first);
	if (e == NULL && first.code == ERR_CORRUPT)
		e = replace_damaged(path, &first);
	(void)umask(old);
	if (e == NULL && err != NULL)
		*err = first;
	return e;
}

struct events *
events_open_ro(const char *state, struct err *err)
{
	char path[PATH_MAX];
	struct events *e;
	int version;

	if (state_path(state, STATE_EVENTS, path, sizeof(path), err) != 0)
		return NULL;
	if (access(path, F_OK) != 0) {
		err_set(err, ERR_NOT_FOUND, "%s: nothing happened yet", path);
		return NULL;
	}
	e = open_file(path, SQLITE_OPEN_READONLY, err);
	if (e == NULL)
		return NULL;
	if (exec(e, "PRAGMA trusted_schema=OFF;", err) != 0 ||
	    check_version(e, &version, err) != 0) {
		events_close(&e);
		return NULL;
	}
	if (version < EVENTS_VERSION) {
		/* robin-alert is making it at this moment */
		err_set(err, ERR_BUSY, "%s: not ready yet", path);
		events_close(&e);
	}
	return e;
}

void
events_close(struct events **e)
{
	if (e == NULL || *e == NULL)
		return;
	(void)sqlite3_close_v2((*e)->db);
	free(*e);
	*e = NULL;
}

int
events_begin(struct events *e, struct err *err)
{
	return exec(e, "BEGIN IMMEDIATE", err);
}

int
events_commit(struct events *e, struct err *err)
{
	if (exec(e, "COMMIT", err) == 0)
		return 0;
	events_abort(e);
	return -1;
}

void
events_abort(struct events *e)
{
	(void)sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
}
