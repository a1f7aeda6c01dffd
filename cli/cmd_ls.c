/* SPDX-License-Identifier: MIT */
/* robin ls: the series there are, each with its newest values. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/registry.h"
#include "core/role.h"
#include "rrd/latest.h"

#define FLUSH_BYTES 65536

static struct program program;
static bool json;

static const struct opt opts[] = {
    PROGRAM_STATE_S(program),
    PROGRAM_CONFIG_C(program),
    CLI_JSON(json),
};

static const struct opt_command command = {
    .name = "robin ls",
    .synopsis = "[PATTERN]",
    .brief = "list series with their newest values",
    .about =
	"Lists every series, or those whose path matches PATTERN (a shell "
	"pattern, as in 'local/*/cpu*'), with the age of its newest sample "
	"and its values. Counters are shown as change per second.",
    .exits = "The exit status is 1 also when PATTERN matches nothing.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_max = 1,
};

struct listing {
	struct registry *registry;
	const char *pattern; /* NULL: everything */
	struct buf out;
	int64_t now_s;
	size_t n;
};

/* Values as they are drawn: counters per second, gauges as they are. */
static void
drawn(const struct family *f, const struct latest_entry *e, double *out)
{
	if (f == NULL || f->n_metrics != e->n_values) {
		memcpy(out, e->raw, e->n_values * sizeof(*out));
		return;
	}
	family_rates(f, e->prev_s, e->prev, e->time_s, e->raw, out);
}

static void
put_age(struct buf *b, int64_t age_s)
{
	if (age_s < 120)
		buf_fmt(b, "%4llds", (long long)age_s);
	else if (age_s < 7200)
		buf_fmt(b, "%4lldm", (long long)(age_s / 60));
	else if (age_s < 172800)
		buf_fmt(b, "%4lldh", (long long)(age_s / 3600));
	else
		buf_fmt(b, "%4lldd", (long long)(age_s / 86400));
}

static void
metric_name(const struct family *f, size_t i, char out[METRIC_NAME_MAX + 1])
{
	if (f != NULL && i < f->n_metrics)
		(void)snprintf(out, METRIC_NAME_MAX + 1, "%s",
			       f->metrics[i].name);
	else
		(void)snprintf(out, METRIC_NAME_MAX + 1, "v%zu", i + 1);
}

static void
put_plain(struct listing *l, const char *path, const struct family *f,
	  const struct latest_entry *e)
{
	double values[FAMILY_METRICS_MAX];
	char name[METRIC_NAME_MAX + 1];

	drawn(f, e, values);
	put_age(&l->out, l->now_s - e->time_s);
	buf_fmt(&l->out, "  %-32s", path);
	for (size_t i = 0; i < e->n_values; i++) {
		metric_name(f, i, name);
		if (isnan(values[i]))
			buf_fmt(&l->out, " %s=U", name);
		else
			buf_fmt(&l->out, " %s=%.6g", name, values[i]);
	}
	buf_char(&l->out, '\n');
}

static void
put_values(struct buf *b, const struct family *f, size_t n,
	   const double *values)
{
	char name[METRIC_NAME_MAX + 1];

	buf_char(b, '{');
	for (size_t i = 0; i < n; i++) {
		metric_name(f, i, name);
		json_key(b, name);
		json_double(b, values[i]);
	}
	buf_char(b, '}');
}

static void
put_json(struct listing *l, const char *path, const struct family *f,
	 const struct latest_entry *e)
{
	double values[FAMILY_METRICS_MAX];

	drawn(f, e, values);
	buf_str(&l->out, l->n == 0 ? "{" : ",\n{");
	json_key(&l->out, "path");
	json_string(&l->out, path);
	json_key(&l->out, "time");
	buf_i64(&l->out, e->time_s);
	json_key(&l->out, "values");
	put_values(&l->out, f, e->n_values, values);
	json_key(&l->out, "raw");
	put_values(&l->out, f, e->n_values, e->raw);
	buf_char(&l->out, '}');
}

static void
flush(struct listing *l)
{
	(void)fwrite(l->out.data, 1, l->out.len, stdout);
	buf_reset(&l->out);
}

static int
list_one(const struct latest_entry *e, void *arg)
{
	struct listing *l = arg;
	const struct family *f;
	char path[PATH_SIZE];
	struct err err;

	(void)path_format(&e->path, path);
	if (l->pattern != NULL && fnmatch(l->pattern, path, 0) != 0)
		return 0;
	f = registry_find(l->registry, e->path.family, &err);
	if (json)
		put_json(l, path, f, e);
	else
		put_plain(l, path, f, e);
	l->n++;
	if (l->out.len > FLUSH_BYTES)
		flush(l);
	return 0;
}

static int
list(const char *pattern, size_t *n, struct err *err)
{
	struct listing l = {.pattern = pattern, .now_s = clock_wall_s()};
	struct latest *latest = latest_open(program.conf.state, err);

	if (latest == NULL)
		return err->code != ERR_NOT_FOUND
			   ? -1
			   : err_set(err, ERR_NOT_FOUND,
				     "%s: nothing is stored there yet (another "
				     "folder: --state)",
				     program.conf.state);
	buf_init(&l.out, 4 * FLUSH_BYTES);
	l.registry = registry_new(program.conf.state, err);
	if (l.registry != NULL) {
		if (json)
			buf_char(&l.out, '[');
		(void)latest_each(latest, list_one, &l);
		if (json)
			buf_str(&l.out, "]\n");
		flush(&l);
	}
	*n = l.n;
	latest_close(&latest);
	buf_done(&l.out);
	if (l.registry == NULL)
		return -1;
	registry_free(&l.registry);
	return 0;
}

static int
run(int argc, char **argv)
{
	struct err err = {0};
	size_t listed = 0;
	int n = cli_start(&program, &command, argc, argv, &err);

	if (n < 0 || list(n > 0 ? argv[1] : NULL, &listed, &err) != 0)
		return opt_fail(&command, &err);
	if (listed == 0 && n > 0) {
		(void)err_set(&err, ERR_NOT_FOUND, "%.200s: no such series",
			      argv[1]);
		return opt_fail(&command, &err);
	}
	return EXIT_OK;
}

const struct cli_command cmd_ls = {"ls", "list series with their newest values",
				   run};
