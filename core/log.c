/* SPDX-License-Identifier: MIT */
/* One JSON log line: see log.h. */
#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"

#define LINE_MAX_BYTES 4096

static const char *log_prog = "robin";
static enum log_level log_least = LOG_LEVEL_INFO;

static const char *const level_names[LOG_LEVEL__MAX] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARN] = "warn",
    [LOG_LEVEL_ERROR] = "error",
};

void
log_init(const char *prog, enum log_level least)
{
	log_prog = prog;
	log_least = least;
}

void
log_line(enum log_level level, const struct err *err, const char *path,
	 const char *fmt, ...)
{
	char msg[1024], ts[CLOCK_RFC3339_SIZE];
	struct buf line;
	va_list ap;

	if (level < log_least || (unsigned)level >= LOG_LEVEL__MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	buf_init(&line, LINE_MAX_BYTES);
	clock_rfc3339(clock_wall_s(), ts);
	buf_fmt(&line, "{\"ts\":\"%s\",\"level\":\"%s\",\"prog\":", ts,
		level_names[level]);
	json_string(&line, log_prog);
	buf_str(&line, ",\"msg\":");
	json_string(&line, msg);
	if (err != NULL && err->code != ERR_NONE) {
		buf_fmt(&line,
			",\"code\":\"%s\",\"err\":", err_name(err->code));
		json_string(&line, err->msg);
	}
	if (path != NULL) {
		buf_str(&line, ",\"path\":");
		json_string(&line, path);
	}
	buf_str(&line, "}\n");
	if (buf_ok(&line) && write(STDERR_FILENO, line.data, line.len) < 0) {
		/* nowhere left to say so */
	}
	buf_done(&line);
}
