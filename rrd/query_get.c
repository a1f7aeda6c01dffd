/* SPDX-License-Identifier: MIT */
/*
 * `robin get PATH`: rows of one series as JSON or as a table.  It drains
 * first, so that every acknowledged sample is seen: the daemon does it, or,
 * when none runs, `robin-store --once`.
 */
#include <errno.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/program.h"
#include "core/when.h"
#include "rrd/drain.h"
#include "rrd/query.h"

#define DRAIN_TIMEOUT_MS 30000
#define DRAIN_TRIES	 20
#define TRY_EVERY_MS	 250
#define OUT_CHUNK	 65536

struct get {
	const char *path_text, *state, *from_text, *to_text;
	bool json;
	struct path path;
	int64_t from_s, to_s;
};

/* Runs `robin-store --once` and waits; its exit code, or -1. */
static int
store_once(const char *state)
{
	char *argv[] = {(char[]){"robin-store"}, (char[]){"--once"},
			(char[]){"--state"}, (char *)(uintptr_t)state, NULL};
	int status;
	pid_t pid;

	if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/*
 * Whoever holds the writer's lock and has no socket yet is starting, or is
 * another --once: ask again for a few seconds.
 */
static int
drain_all_ways(const char *state, const char *path, struct err *err)
{
	for (int i = 0; i < DRAIN_TRIES; i++) {
		if (drain_request(state, path, DRAIN_TIMEOUT_MS, err) == 0)
			return 0;
		if (err->code != ERR_NOT_FOUND)
			return err_prefix(err, "drain");
		if (store_once(state) == 0)
			return 0;
		(void)clock_sleep_until(clock_boot_ms() + TRY_EVERY_MS);
	}
	return err_set(err, ERR_BUSY,
		       "%s: the log cannot be drained; try robin-store --once",
		       state);
}

/* Hands what has gathered to standard output. */
static int
flush(struct buf *b, struct err *err)
{
	if (!buf_ok(b))
		return err_set(err, ERR_NOMEM, "output: out of memory");
	if (file_write_all(STDOUT_FILENO, b->data, b->len) != 0)
		return err_sys(err, errno, "standard output: write");
	buf_reset(b);
	return 0;
}

/* Calls row for each row, writing out now and then. */
static int
each_row(const struct series *s, struct buf *b,
	 void (*row)(struct buf *b, const struct series *s, size_t i),
	 struct err *err)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		row(b, s, i);
		if (b->len > OUT_CHUNK && flush(b, err) != 0)
			return -1;
	}
	return 0;
}

static void
json_row(struct buf *b, const struct series *s, size_t i)
{
	buf_str(b, i == 0 ? "\n[" : ",\n[");
	for (size_t m = 0; m < s->n_metrics; m++) {
		if (m > 0)
			buf_char(b, ',');
		json_double(b, series_at(s, i, m));
	}
	buf_char(b, ']');
}

static int
write_json(const struct get *g, const struct family *f, const struct series *s,
	   struct buf *b, struct err *err)
{
	buf_str(b, "{\"path\":");
	json_string(b, g->path_text);
	buf_str(b, ",\"start\":");
	buf_i64(b, s->start_s);
	buf_str(b, ",\"step\":");
	buf_i64(b, s->step_s);
	buf_str(b, ",\"metrics\":[");
	for (size_t m = 0; m < f->n_metrics; m++) {
		if (m > 0)
			buf_char(b, ',');
		json_string(b, f->metrics[m].name);
	}
	buf_str(b, "],\"rows\":[");
	if (each_row(s, b, json_row, err) != 0)
		return -1;
	buf_str(b, "]}\n");
	return flush(b, err);
}

static void
text_row(struct buf *b, const struct series *s, size_t i)
{
	char when[CLOCK_RFC3339_SIZE];

	clock_rfc3339(s->start_s + (int64_t)i * s->step_s, when);
	buf_str(b, when);
	for (size_t m = 0; m < s->n_metrics; m++) {
		double v = series_at(s, i, m);

		if (isnan(v))
			buf_fmt(b, " %14s", "-");
		else
			buf_fmt(b, " %14.6g", v);
	}
	buf_char(b, '\n');
}

static int
write_text(const struct get *g, const struct family *f, const struct series *s,
	   struct buf *b, struct err *err)
{
	buf_fmt(b, "# %s, a row every %lld s; each row ends at its time\n",
		g->path_text, (long long)s->step_s);
	buf_fmt(b, "%-20s", "# time");
	for (size_t m = 0; m < f->n_metrics; m++)
		buf_fmt(b, " %14s", f->metrics[m].name);
	buf_char(b, '\n');
	if (each_row(s, b, text_row, err) != 0)
		return -1;
	return flush(b, err);
}

static int
get(struct get *g, struct err *err)
{
	struct query q;
	const struct family *f;
	struct series s = {0};
	struct buf b;
	int rc = -1;

	if (access(g->state, F_OK) != 0)
		return err_sys(err, errno, "%s: state folder", g->state);
	if (query_open(&q, g->state, err) != 0)
		return -1;
	buf_init(&b, 16 * OUT_CHUNK);
	if (drain_all_ways(g->state, g->path_text, err) != 0)
		goto out;
	q.no_drain = true;
	f = registry_find(q.registry, g->path.family, err);
	if (f == NULL || query_series(&q, &g->path, g->from_s, g->to_s, 0,
				      QUERY_AVERAGE, &s, err) != 0)
		goto out;
	rc = g->json ? write_json(g, f, &s, &b, err)
		     : write_text(g, f, &s, &b, err);
out:
	series_done(&s);
	buf_done(&b);
	query_close(&q);
	return rc;
}

/* Command line and configuration into g; 0, OPT_ANSWERED or -1. */
static int
arguments(struct get *g, int argc, char **argv, struct err *err)
{
	static struct program program;
	const struct opt opts[] = {
	    {.name = "state",
	     .type = OPT_STRING,
	     .arg = "DIR",
	     .help = "state folder",
	     .value = &program.state},
	    {.name = "config",
	     .type = OPT_STRING,
	     .arg = "FILE",
	     .help = "configuration file",
	     .value = &program.config},
	    {.name = "from",
	     .type = OPT_STRING,
	     .arg = "T",
	     .help = "begin: epoch, RFC 3339, now-6h, …",
	     .value = &g->from_text},
	    {.name = "to",
	     .type = OPT_STRING,
	     .arg = "T",
	     .help = "end",
	     .value = &g->to_text},
	    {.name = "json",
	     .type = OPT_FLAG,
	     .help = "write JSON",
	     .value = &g->json},
	};
	const struct opt_command cmd = {
	    .name = "robin get",
	    .synopsis = "PATH",
	    .brief = "rows of one series",
	    .about =
		"Prints the rows of the series PATH (cluster/host/family"
		"[.instance]) between two times, from the finest archive "
		"that covers the range. Every acknowledged sample is seen: "
		"the log is drained first. In JSON, rows[i] covers "
		"(start+(i-1)*step, start+i*step] and null is unknown.",
	    .opts = opts,
	    .n_opts = sizeof opts / sizeof *opts,
	    .operands_min = 1,
	    .operands_max = 1,
	};
	int64_t now_s = clock_wall_s();
	int n = opt_parse(&cmd, argc, argv, err);

	if (n < 0)
		return n;
	g->path_text = argv[1];
	if (program_load(&program, err) != 0)
		return -1;
	g->state = program.state;
	if (path_parse(argv[1], strlen(argv[1]), &g->path, err) != 0 ||
	    when_parse(g->to_text, strlen(g->to_text), now_s, &g->to_s, err) !=
		0 ||
	    when_parse(g->from_text, strlen(g->from_text), now_s, &g->from_s,
		       err) != 0) {
		err->code = ERR_USAGE;
		return -1;
	}
	if (g->from_s >= g->to_s)
		return err_set(err, ERR_USAGE, "--from must be before --to");
	return 0;
}

int
query_get_main(int argc, char **argv)
{
	struct get g = {.from_text = "now-1d", .to_text = "now"};
	struct err err = {0};
	int rc;

	log_init("robin-get", LOG_LEVEL_INFO);
	rc = arguments(&g, argc, argv, &err);
	if (rc == OPT_ANSWERED)
		return EXIT_OK;
	if (rc == 0)
		rc = get(&g, &err);
	if (rc == 0)
		return EXIT_OK;
	log_line(LOG_LEVEL_ERROR, &err, g.path_text, "get failed");
	return err_exit_status(err.code);
}
