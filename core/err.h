/* SPDX-License-Identifier: MIT */
/*
 * The one error type.  The caller owns it and passes it last; a function that
 * fails fills it and returns -1 (or NULL), leaves its outputs untouched and
 * logs nothing.  The message names the object and the operation.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

enum err_code {
	ERR_NONE,	 /* nothing went wrong */
	ERR_USAGE,	 /* the command line is wrong */
	ERR_CONFIG,	 /* the configuration is wrong: file:line:col */
	ERR_INVALID,	 /* outside bytes that do not parse or validate */
	ERR_TOO_LARGE,	 /* a size limit was passed */
	ERR_NOT_FOUND,	 /* the named thing does not exist */
	ERR_EXISTS,	 /* the named thing is there already */
	ERR_DENIED,	 /* permission, or a missing or wrong token */
	ERR_BUSY,	 /* somebody holds it; the same call may pass later */
	ERR_FULL,	 /* no room: disk, queue, table, descriptors */
	ERR_TIMEOUT,	 /* a deadline passed */
	ERR_CORRUPT,	 /* our own stored bytes are damaged */
	ERR_IO,		 /* the disk or the network failed */
	ERR_NOMEM,	 /* memory */
	ERR_UNSUPPORTED, /* known, but not built or not possible here */
	ERR_INTERNAL,	 /* a bug of ours, or a library that misbehaves */
	ERR__MAX
};

struct err {
	enum err_code code;
	char msg[256];
};

/* Exit codes of every program. */
enum { EXIT_OK = 0, EXIT_FAIL = 1, EXIT_BAD_USAGE = 2, EXIT_BAD_CONFIG = 3 };

/*
 * Fills err (which may be NULL) and returns -1, so that a caller can write
 * `return err_set(err, ERR_INVALID, "…")`.  The message is cut at 255 bytes.
 */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The same for a failed system call: maps errnum (an errno value) to a code
 * and appends ": " and the system's text.
 */
int err_sys(struct err *err, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "fmt: " before the message that err already carries; returns -1. */
int err_prefix(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The code's stable name ("not_found"), for logs and JSON; never NULL. */
const char *err_name(enum err_code code);

/* The HTTP status and the process exit code that stand for a code. */
int err_http_status(enum err_code code);
int err_exit_status(enum err_code code);

#endif
