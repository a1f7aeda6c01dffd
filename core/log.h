/* SPDX-License-Identifier: MIT */
/*
 * Log lines: one JSON object a line on standard error, {"ts","level","prog",
 * "msg","err","path"}.  Only main and the request boundary log; library code
 * returns an err.  (The write-ahead log of samples is rrd/wal.h.)
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/err.h"

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
	LOG_LEVEL__MAX
};

/* Names the program in every line; prog must outlive the process's logging. */
void log_init(const char *prog, enum log_level least);

/*
 * Writes one line with one write(2).  err and path may be NULL; a control or
 * non-UTF-8 byte is escaped, the message is cut at 1 KiB.
 */
void log_line(enum log_level level, const struct err *err, const char *path,
	      const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#define log_debug(...)	  log_line(LOG_LEVEL_DEBUG, NULL, NULL, __VA_ARGS__)
#define log_info(...)	  log_line(LOG_LEVEL_INFO, NULL, NULL, __VA_ARGS__)
#define log_warn(...)	  log_line(LOG_LEVEL_WARN, NULL, NULL, __VA_ARGS__)
#define log_error(e, ...) log_line(LOG_LEVEL_ERROR, (e), NULL, __VA_ARGS__)

#endif
