/* SPDX-License-Identifier: MIT */
/* Inside of events/: statements with bound parameters; nobody else uses it. */
#ifndef EVENTS_SQL_H
#define EVENTS_SQL_H

#include <sqlite3.h>

#include "core/err.h"

struct events {
	sqlite3 *db;
	char path[256]; /* for messages */
};

/* Fills err from the handle's last error; returns -1. */
int sql_fail(struct events *e, const char *what, struct err *err);

/*
 * Prepares sql and binds what follows by types: 't' const char * (borrowed
 * until the statement is finalised), 'i' int64_t.  NULL on failure.
 */
sqlite3_stmt *sql_prepare(struct events *e, struct err *err, const char *sql,
			  const char *types, ...);

/* The same, run to its end; the number of rows changed, or -1. */
int sql_run(struct events *e, struct err *err, const char *sql,
	    const char *types, ...);

/* A text column, never NULL. */
const char *sql_text(sqlite3_stmt *s, int column);

#endif
