/* SPDX-License-Identifier: MIT */
/* The table of checks, and their report: see check.h. */
#include "cli/check.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/alive.h"
#include "cli/cli.h"
#include "cli/probe.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/state.h"

#define HTTP_MS 2000
#define ASK_MS	3000

void
check_says(struct check_result *out, enum check_level level, const char *fmt,
	   ...)
{
	va_list ap;

	out->level = level;
	va_start(ap, fmt);
	(void)vsnprintf(out->seen, sizeof(out->seen), fmt, ap);
	va_end(ap);
}

void
check_cause(struct check_result *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(out->cause, sizeof(out->cause), fmt, ap);
	va_end(ap);
}

void
check_fix(struct check_result *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(out->fix, sizeof(out->fix), fmt, ap);
	va_end(ap);
}

/* --- processes, seen through their sockets ----------------------------------
 */

/* Asks a program for an answer, as a supervisor would (alive.h). */
static void
check_role(const struct conf *c, const char *role, const char *unit,
	   const char *command, struct check_result *out)
{
	struct err err = {0};

	if (alive_find(role)->check(c, ASK_MS, &err) == 0) {
		check_says(out, CHECK_GOOD, "answers");
		return;
	}
	check_says(out, CHECK_BAD, "%.200s", err.msg);
	if (err.code == ERR_DENIED) {
		check_cause(out, "this user may not talk to it");
		check_fix(out, "sudo robin doctor --state %s", c->state);
	} else if (err.code == ERR_TIMEOUT) {
		check_cause(out, "it runs, but does not answer");
		check_fix(out, "systemctl restart %s", unit);
	} else {
		check_cause(out, "the program does not run");
		check_fix(out, "robin %s --state %s", command, c->state);
	}
}

static void
check_store(const struct conf *c, struct check_result *out)
{
	check_role(c, "store", "robin-store", "store", out);
}

static void
check_pictures(const struct conf *c, struct check_result *out)
{
	check_role(c, "pictures", "robin-fcgi@pictures", "run", out);
}

static void
check_data_pool(const struct conf *c, struct check_result *out)
{
	check_role(c, "data", "robin-fcgi@data", "run", out);
}

static void
check_alerts(const struct conf *c, struct check_result *out)
{
	struct err err = {0};

	if (alive_find("alert")->check(c, ASK_MS, &err) == 0) {
		check_says(out, CHECK_GOOD, "rules are looked at");
		return;
	}
	/* alerts are a choice; without the file they were never on */
	check_says(out, err.code == ERR_NOT_FOUND ? CHECK_NOTE : CHECK_BAD,
		   "%.200s", err.msg);
	check_cause(out, "nobody judges what is stored");
	check_fix(out, "robin alert --state %s", c->state);
}

/* The address that `robin run` gave to nginx; false when it did not. */
static bool
listens_at(const struct conf *c, char out[80])
{
	char path[PATH_MAX];
	struct buf b;
	bool found = false;

	buf_init(&b, 256);
	if (state_path(c->state, STATE_RUN "/listen.conf", path, sizeof(path),
		       NULL) == 0 &&
	    file_read(path, &b, NULL) == 0 && b.len > 8 && b.len < 80 &&
	    memcmp(b.data, "listen ", 7) == 0) {
		(void)snprintf(out, 80, "%s", b.data + 7);
		out[strcspn(out, ";")] = '\0';
		found = true;
	}
	buf_done(&b);
	return found;
}

static void
check_page(const struct conf *c, struct check_result *out)
{
	struct err err = {0};
	char where[80], url[80];
	int status;

	if (!listens_at(c, where)) {
		check_says(out, CHECK_NOTE,
			   "robin run has not started nginx here");
		check_cause(out, "another nginx may serve the pages");
		check_fix(out, "robin run --state %s --listen %s", c->state,
			  c->listen);
		return;
	}
	probe_url(where, url);
	status = probe_http(where, "/", HTTP_MS, &err);
	if (status == 200) {
		check_says(out, CHECK_GOOD, "%s answers", url);
		return;
	}
	if (status < 0)
		check_says(out, CHECK_BAD, "%.200s", err.msg);
	else
		check_says(out, CHECK_BAD, "%s answers with status %d", url,
			   status);
	check_cause(out, status < 0 ? "nginx does not run"
				    : "the site has not been written");
	if (status < 0)
		check_fix(out, "robin run --state %s --listen %s", c->state,
			  where);
	else
		check_fix(out, "robin site --state %s --once", c->state);
}

/* --- the table
 * ------------------------------------------------------------------ */

const struct check checks[] = {
    {"folder", true, check_folder},  {"owner", false, check_owner},
    {"store", true, check_store},    {"pictures", true, check_pictures},
    {"data", true, check_data_pool}, {"page", true, check_page},
    {"alert", true, check_alerts},   {"age", true, check_age},
    {"series", false, check_series}, {"refused", true, check_refused},
    {"log", true, check_log},	     {"disk", true, check_disk},
    {"runway", false, check_runway}, {"schema", false, check_schema},
    {"clock", false, check_clock},   {"fonts", false, check_fonts},
    {"nginx", false, check_nginx},
};
const size_t n_checks = sizeof(checks) / sizeof(checks[0]);

static const char *const level_names[CHECK_LEVEL__MAX] = {
    [CHECK_GOOD] = "good", [CHECK_NOTE] = "note", [CHECK_BAD] = "bad"};

static void
put_plain(const struct check *check, const struct check_result *r, bool all,
	  struct buf *out)
{
	buf_fmt(out, "%-5s %-9s %s\n", level_names[r->level], check->name,
		r->seen);
	if (!all || r->level == CHECK_GOOD)
		return;
	if (r->cause[0] != '\0')
		buf_fmt(out, "%15s why: %s\n", "", r->cause);
	if (r->fix[0] != '\0')
		buf_fmt(out, "%15s fix: %s\n", "", r->fix);
}

static void
put_member(struct buf *out, const char *key, const char *text)
{
	json_key(out, key);
	json_string(out, text);
}

static void
put_json(const struct check *check, const struct check_result *r,
	 struct buf *out)
{
	buf_str(out, out->data[out->len - 1] == '[' ? "{" : ",{");
	put_member(out, "name", check->name);
	put_member(out, "level", level_names[r->level]);
	put_member(out, "seen", r->seen);
	if (r->level != CHECK_GOOD) {
		put_member(out, "cause", r->cause);
		put_member(out, "fix", r->fix);
	}
	buf_char(out, '}');
}

static int
report(const struct conf *c, bool all, bool json)
{
	size_t n[CHECK_LEVEL__MAX] = {0};
	struct buf out;

	buf_init(&out, 65536);
	if (json)
		buf_str(&out, "{\"checks\":[");
	for (size_t i = 0; i < n_checks; i++) {
		struct check_result r = {.level = CHECK_GOOD};

		if (!all && !checks[i].quick)
			continue;
		checks[i].run(c, &r);
		n[r.level]++;
		if (json)
			put_json(&checks[i], &r, &out);
		else
			put_plain(&checks[i], &r, all, &out);
	}
	if (json)
		buf_fmt(&out, "],\"ok\":%s}\n",
			n[CHECK_BAD] == 0 ? "true" : "false");
	else if (n[CHECK_BAD] > 0 && !all)
		buf_fmt(&out,
			"%zu of these are bad: robin doctor --state %s "
			"says what to do\n",
			n[CHECK_BAD], c->state);
	(void)fwrite(out.data, 1, out.len, stdout);
	buf_done(&out);
	return n[CHECK_BAD] == 0 ? EXIT_OK : EXIT_FAIL;
}

int
check_main(const struct opt_command *cmd, bool all, int argc, char **argv)
{
	static struct program program;
	bool json = false;
	const struct opt opts[] = {
	    PROGRAM_STATE_S(program),
	    PROGRAM_CONFIG_C(program),
	    CLI_JSON(json),
	};
	struct opt_command command = *cmd;
	struct err err = {0};

	command.opts = opts;
	command.n_opts = sizeof(opts) / sizeof(opts[0]);
	if (cli_start(&program, &command, argc, argv, &err) < 0)
		return opt_fail(&command, &err);
	return report(&program.conf, all, json);
}
