/* SPDX-License-Identifier: MIT */
/* Statements with bound parameters: see sql.h. */
#include "events/sql.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

static enum err_code
code_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_NOMEM:
		return ERR_NOMEM;
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return ERR_DENIED;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_CORRUPT;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return ERR_IO;
	default:
		return ERR_INTERNAL;
	}
}

int
sql_fail(struct events *e, const char *what, struct err *err)
{
	return err_set(err, code_of(sqlite3_extended_errcode(e->db)),
		       "%s: %s: %s", e->path, what, sqlite3_errmsg(e->db));
}

static sqlite3_stmt *
prepare(struct events *e, struct err *err, const char *sql, const char *types,
	va_list args)
{
	sqlite3_stmt *s = NULL;
	int rc = SQLITE_OK;

	if (sqlite3_prepare_v2(e->db, sql, -1, &s, NULL) != SQLITE_OK) {
		sql_fail(e, "prepare", err);
		return NULL;
	}
	for (int i = 0; types[i] != '\0' && rc == SQLITE_OK; i++) {
		if (types[i] == 't')
			rc = sqlite3_bind_text(s, i + 1,
					       va_arg(args, const char *), -1,
					       SQLITE_STATIC);
		else
			rc =
			    sqlite3_bind_int64(s, i + 1, va_arg(args, int64_t));
	}
	if (rc != SQLITE_OK) {
		sql_fail(e, "bind", err);
		(void)sqlite3_finalize(s);
		return NULL;
	}
	return s;
}

sqlite3_stmt *
sql_prepare(struct events *e, struct err *err, const char *sql,
	    const char *types, ...)
{
	sqlite3_stmt *s;
	va_list args;

	va_start(args, types);
	s = prepare(e, err, sql, types, args);
	va_end(args);
	return s;
}

int
sql_run(struct events *e, struct err *err, const char *sql, const char *types,
	...)
{
	sqlite3_stmt *s;
	va_list args;
	int rc;

	va_start(args, types);
	s = prepare(e, err, sql, types, args);
	va_end(args);
	if (s == NULL)
		return -1;
	do
		rc = sqlite3_step(s);
	while (rc == SQLITE_ROW);
	if (rc != SQLITE_DONE)
		sql_fail(e, "write", err);
	(void)sqlite3_finalize(s);
	return rc == SQLITE_DONE ? sqlite3_changes(e->db) : -1;
}

const char *
sql_text(sqlite3_stmt *s, int column)
{
	const unsigned char *text = sqlite3_column_text(s, column);

	return text != NULL ? (const char *)text : "";
}
