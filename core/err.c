/* SPDX-License-Identifier: MIT */
/* The error type's words: one table maps a code to its name, HTTP and exit. */
#include "core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int http;
	int exit;
} codes[ERR__MAX] = {
    [ERR_NONE] = {"none", 200, EXIT_OK},
    [ERR_USAGE] = {"usage", 400, EXIT_BAD_USAGE},
    [ERR_CONFIG] = {"config", 500, EXIT_BAD_CONFIG},
    [ERR_INVALID] = {"invalid", 400, EXIT_FAIL},
    [ERR_TOO_LARGE] = {"too_large", 413, EXIT_FAIL},
    [ERR_NOT_FOUND] = {"not_found", 404, EXIT_FAIL},
    [ERR_EXISTS] = {"exists", 409, EXIT_FAIL},
    [ERR_DENIED] = {"denied", 403, EXIT_FAIL},
    [ERR_BUSY] = {"busy", 503, EXIT_FAIL},
    [ERR_FULL] = {"full", 507, EXIT_FAIL},
    [ERR_TIMEOUT] = {"timeout", 503, EXIT_FAIL},
    [ERR_CORRUPT] = {"corrupt", 500, EXIT_FAIL},
    [ERR_IO] = {"io", 500, EXIT_FAIL},
    [ERR_NOMEM] = {"nomem", 503, EXIT_FAIL},
    [ERR_UNSUPPORTED] = {"unsupported", 501, EXIT_FAIL},
    [ERR_INTERNAL] = {"internal", 500, EXIT_FAIL},
};

int
err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -1;
	err->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -1;
}

static enum err_code
from_errno(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case EEXIST:
		return ERR_EXISTS;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERR_DENIED;
	case EAGAIN:
	case EBUSY:
	case EADDRINUSE:
		return ERR_BUSY;
	case ENOSPC:
	case EDQUOT:
	case EMFILE:
	case ENFILE:
		return ERR_FULL;
	case ETIMEDOUT:
		return ERR_TIMEOUT;
	case ENOMEM:
		return ERR_NOMEM;
	default:
		return ERR_IO;
	}
}

int
err_sys(struct err *err, int errnum, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	if (err == NULL)
		return -1;
	err->code = from_errno(errnum);
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	(void)snprintf(err->msg + len, sizeof(err->msg) - len, ": %s",
		       strerror(errnum));
	return -1;
}

int
err_prefix(struct err *err, const char *fmt, ...)
{
	char old[sizeof(err->msg)];
	va_list ap;
	size_t len;

	if (err == NULL)
		return -1;
	memcpy(old, err->msg, sizeof(old));
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	(void)snprintf(err->msg + len, sizeof(err->msg) - len, ": %.*s",
		       (int)(sizeof(old) - 1), old);
	return -1;
}

const char *
err_name(enum err_code code)
{
	return (unsigned)code < ERR__MAX ? codes[code].name : "internal";
}

int
err_http_status(enum err_code code)
{
	return (unsigned)code < ERR__MAX ? codes[code].http : 500;
}

int
err_exit_status(enum err_code code)
{
	return (unsigned)code < ERR__MAX ? codes[code].exit : EXIT_FAIL;
}
