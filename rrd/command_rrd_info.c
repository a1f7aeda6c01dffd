/* SPDX-License-Identifier: MIT */
/* `robin rrd info`: what one archive is and holds. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/program.h"
#include "rrd/archive.h"
#include "rrd/command_rrd.h"
#include "rrd/gate.h"
#include "rrd/migrate_source.h"
#include "rrd/tree.h"

/* How many rows of an archive are known, of one data source. */
static int64_t
known_rows(const struct source *s, const struct source_archive *a, size_t ds)
{
	int64_t n = 0;

	for (int64_t k = 0; k < a->n_rows; k++)
		n += !isnan(source_row(s, a, ds, a->end_s - k * a->step_s));
	return n;
}

static void
text_info(const char *path, const struct source *s)
{
	char when[CLOCK_RFC3339_SIZE];

	clock_rfc3339(s->last_s, when);
	(void)printf("%s\n  %zu bytes, step %llds, last update %s\n", path,
		     s->n_bytes, (long long)s->step_s, when);
	for (size_t i = 0; i < s->n_ds; i++) {
		const struct source_ds *d = &s->ds[i];

		(void)printf("  metric %-19s %-8s heartbeat %llds, min %g, "
			     "max %g, last reading %s\n",
			     d->name, d->kind, (long long)d->heartbeat_s,
			     d->min, d->max, d->last);
	}
	for (size_t i = 0; i < s->n_archives; i++) {
		const struct source_archive *a = &s->archives[i];

		clock_rfc3339(source_first_s(a), when);
		(void)printf("  archive %-7s %6llds x %-6lld from %s, known:",
			     source_cf_name(a->cf), (long long)a->step_s,
			     (long long)a->n_rows, when);
		for (size_t ds = 0; ds < s->n_ds; ds++)
			(void)printf(" %lld", (long long)known_rows(s, a, ds));
		(void)putchar('\n');
	}
}

static void
json_ds(struct buf *b, const struct source_ds *d)
{
	buf_char(b, '{');
	json_key(b, "name");
	json_string(b, d->name);
	json_key(b, "kind");
	json_string(b, d->kind);
	json_key(b, "heartbeat");
	buf_i64(b, d->heartbeat_s);
	json_key(b, "min");
	json_double(b, d->min);
	json_key(b, "max");
	json_double(b, d->max);
	json_key(b, "last_reading");
	json_string(b, d->last);
	buf_char(b, '}');
}

static void
json_archive(struct buf *b, const struct source *s,
	     const struct source_archive *a)
{
	buf_char(b, '{');
	json_key(b, "cf");
	json_string(b, source_cf_name(a->cf));
	json_key(b, "step");
	buf_i64(b, a->step_s);
	json_key(b, "rows");
	buf_i64(b, a->n_rows);
	json_key(b, "first");
	buf_i64(b, source_first_s(a));
	json_key(b, "last");
	buf_i64(b, a->end_s);
	json_key(b, "cur_row");
	buf_i64(b, a->cur_row);
	json_key(b, "known");
	buf_char(b, '[');
	for (size_t ds = 0; ds < s->n_ds; ds++)
		buf_fmt(b, "%s%lld", ds > 0 ? "," : "",
			(long long)known_rows(s, a, ds));
	buf_str(b, "]}");
}

static void
json_info(const char *path, const struct source *s)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_char(&b, '{');
	json_key(&b, "path");
	json_string(&b, path);
	json_key(&b, "bytes");
	buf_u64(&b, s->n_bytes);
	json_key(&b, "step");
	buf_i64(&b, s->step_s);
	json_key(&b, "last_update");
	buf_i64(&b, s->last_s);
	json_key(&b, "metrics");
	buf_char(&b, '[');
	for (size_t i = 0; i < s->n_ds; i++) {
		buf_str(&b, i > 0 ? "," : "");
		json_ds(&b, &s->ds[i]);
	}
	buf_char(&b, ']');
	json_key(&b, "archives");
	buf_char(&b, '[');
	for (size_t i = 0; i < s->n_archives; i++) {
		buf_str(&b, i > 0 ? "," : "");
		json_archive(&b, s, &s->archives[i]);
	}
	buf_str(&b, "]}");
	(void)puts(b.data);
	buf_done(&b);
}

static int
info(const char *state, const char *path, bool json, struct err *err)
{
	static struct source s;
	struct gate gate = {.fd = -1};
	struct tree_file f;
	char name[PATH_MAX];
	struct buf b;
	int rc = -1;

	if (path_parse(path, strlen(path), &f.parts, err) != 0 ||
	    archive_name(state, path, name, err) != 0)
		return -1;
	f.name = name;
	(void)path_format(&f.parts, f.path);
	(void)gate_open(&gate, state, NULL);
	buf_init(&b, SOURCE_BYTES_MAX);
	if (tree_read(gate.fd >= 0 ? &gate : NULL, &f, &b, err) == 0 &&
	    source_parse(&s, (const unsigned char *)b.data, b.len, path, err) ==
		0) {
		(json ? json_info : text_info)(path, &s);
		rc = 0;
	}
	buf_done(&b);
	gate_close(&gate);
	return rc;
}

int
command_rrd_info(int argc, char **argv)
{
	static struct program program;
	bool json = false;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "json",
	     .type = OPT_FLAG,
	     .help = "Print one JSON document",
	     .value = &json},
	};
	const struct opt_command cmd = {
	    .name = "robin rrd info",
	    .synopsis = "PATH",
	    .brief = "show what one archive is and holds",
	    .about = "Prints the layout of the archive of one series "
		     "(local/web1/cpu), its last update, and for each "
		     "resolution how many rows of each metric are known.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct err err = {0};
	int rc = program_start(&program, &cmd, argc, argv, &err);

	if (rc < 0 || info(program.state, argv[1], json, &err) != 0)
		return opt_fail(&cmd, &err);
	return EXIT_OK;
}
