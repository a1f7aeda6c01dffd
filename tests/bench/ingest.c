/* SPDX-License-Identifier: MIT */
/*
 * How fast samples become durable and reach their files, beside bare
 * rrd_update_r on files of the same layout and with the same batch sizes.
 *
 * usage: ingest FOLDER INSTANCES METRICS BATCH ROUNDS
 * Prints one line of JSON.  Robin's figure covers everything, in one thread:
 * validation, log, fdatasync of every pass, reading the log back, applying.
 * The two take turns, a round each, and wall times are the median round's, so
 * that a busy machine is as busy for one as for the other.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <rrd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/registry.h"
#include "core/state.h"
#include "rrd/archive.h"
#include "rrd/layout.h"
#include "rrd/store.h"
#include "rrd/wal.h"
#include "tests/unit/family.h"

#define T0 INT64_C(1700000000)

static size_t n_instances, n_metrics;
static int batch, rounds;
static char state[200];
static struct metric metrics[FAMILY_METRICS_MAX];
static char names[FAMILY_METRICS_MAX][8];
static struct family family = {
    FAMILY_OF_TESTS,
    .name = "load",
    .title = "Load",
    .metrics = metrics,
};
static struct path *paths;

#define ROUNDS_MAX 20000

struct cost {
	double wall_s, cpu_s; /* of all rounds */
	double round_s[ROUNDS_MAX];
};

static double
now(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
start(struct cost *c, int round)
{
	double t = now(CLOCK_MONOTONIC);

	c->wall_s -= t;
	c->round_s[round] -= t;
	c->cpu_s -= now(CLOCK_PROCESS_CPUTIME_ID);
}

static void
stop(struct cost *c, int round)
{
	double t = now(CLOCK_MONOTONIC);

	c->wall_s += t;
	c->round_s[round] += t;
	c->cpu_s += now(CLOCK_PROCESS_CPUTIME_ID);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Seconds that all rounds take when each takes what the median one does. */
static double
typical_s(struct cost *c)
{
	qsort(c->round_s, (size_t)rounds, sizeof(c->round_s[0]), by_size);
	return c->round_s[rounds / 2] * rounds;
}

/* The rate of the fastest round: what the machine does when it is let. */
static double
best_s(const struct cost *c)
{
	return c->round_s[0] * rounds; /* typical_s has sorted them */
}

static void
die(const char *what, const struct err *err)
{
	(void)fprintf(stderr, "ingest: %s: %s\n", what, err->msg);
	exit(1);
}

static double
value_of(size_t instance, size_t metric, int tick)
{
	return (double)((instance * 7 + metric * 13 + (size_t)tick * 31) %
			9973) +
	       (metric % 2 == 0 ? 0 : 0.25);
}

static void
setup(void)
{
	struct err err = {0};
	struct registry *r;

	for (size_t i = 0; i < n_metrics; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "m%zu", i);
		metrics[i] = (struct metric){.name = names[i],
					     .label = names[i],
					     .unit = "x",
					     .help = "h",
					     .kind = METRIC_GAUGE,
					     .draw = DRAW_LINE,
					     .min = 0,
					     .max = 1e9};
	}
	family.n_metrics = n_metrics;
	paths = calloc(n_instances, sizeof(*paths));
	for (size_t i = 0; i < n_instances; i++) {
		(void)snprintf(paths[i].cluster, sizeof(paths[i].cluster),
			       "local");
		(void)snprintf(paths[i].host, sizeof(paths[i].host), "h%zu",
			       i / 100);
		(void)snprintf(paths[i].family, sizeof(paths[i].family),
			       "load");
		(void)snprintf(paths[i].instance, sizeof(paths[i].instance),
			       "i%zu", i % 100);
	}
	if (state_init(state, &err) != 0)
		die("state", &err);
	r = registry_new(state, &err);
	if (r == NULL || registry_put(r, &family, &err) < 0)
		die("registry", &err);
	registry_free(&r);
}

/* One pass over all instances: a batch, durable when it returns. */
static void
pass(struct wal *w, int tick)
{
	struct value v[FAMILY_METRICS_MAX];
	struct err err = {0};

	if (wal_begin(w, &err) != 0)
		die("begin", &err);
	for (size_t i = 0; i < n_instances; i++) {
		for (size_t m = 0; m < n_metrics; m++)
			v[m] = VALUE_OF_F(value_of(i, m, tick));
		if (wal_put(w, &paths[i], &family, T0 + 10 * tick, v, n_metrics,
			    1, &err) != WAL_STORED)
			die("put", &err);
	}
	if (wal_commit(w, &err) != 0)
		die("commit", &err);
}

static void
apply(struct store *s)
{
	struct err err = {0};

	if (store_read(s, &err) != 0 ||
	    store_apply_slice(s, 0, 1, 0, &err) != 0)
		die("apply", &err);
}

/* Robin's side: the writer, the log, the next pass. */
static struct store store;
static struct wal *wal;
static int tick;

static void
robin_open(struct cost *first)
{
	struct err err = {0};

	if (store_open(&store, state, &err) != 0)
		die("store", &err);
	wal = wal_open(state, NULL, &err);
	if (wal == NULL)
		die("log", &err);
	start(first, 0);
	for (int i = 0; i < 2; i++) {
		pass(wal, tick++);
		apply(&store);
	}
	stop(first, 0);
}

static void
robin_round(int r, struct cost *append, struct cost *drain)
{
	start(append, r);
	for (int b = 0; b < batch; b++)
		pass(wal, tick++);
	stop(append, r);
	start(drain, r);
	apply(&store);
	stop(drain, r);
}

static void
robin_close(void)
{
	wal_close(&wal);
	store_clean(&store);
	store_close(&store);
}

static char bare_folder[300];

static void
bare_open(void)
{
	char name[PATH_SIZE + 400], p[PATH_SIZE];
	struct err err = {0};
	struct buf layout;

	buf_init(&layout, 65536);
	if (layout_text(&family, &layout, &err) != 0)
		die("layout", &err);
	(void)snprintf(bare_folder, sizeof(bare_folder), "%s/bare", state);
	(void)snprintf(name, sizeof(name), "%s/rrd", bare_folder);
	if (file_mkdirs(name, 0755, &err) != 0)
		die("folder", &err);
	for (size_t i = 0; i < n_instances; i++) {
		path_format(&paths[i], p);
		if (archive_create(bare_folder, p, layout.data, T0, &err) != 0)
			die("create", &err);
	}
	buf_done(&layout);
}

/* What librrd is given for one instance, made before the clock runs. */
static void
bare_text(size_t i, int at, char *out, size_t size)
{
	int n = snprintf(out, size, "%lld", (long long)(T0 + 10 * at));

	for (size_t m = 0; m < n_metrics; m++)
		n += snprintf(out + n, size - (size_t)n, ":%.10g",
			      value_of(i, m, at));
}

/* The same values by bare librrd; round -1 is the first touch. */
static void
bare_round(int r, struct cost *bare)
{
	static char(*text)[2048];
	static const char **args;
	char name[PATH_SIZE + 400], p[PATH_SIZE];

	if (text == NULL) {
		text = calloc((size_t)batch, sizeof(*text));
		args = calloc((size_t)batch, sizeof(*args));
	}
	for (size_t i = 0; i < n_instances; i++) {
		path_format(&paths[i], p);
		(void)snprintf(name, sizeof(name), "%s/rrd/%s.rrd", bare_folder,
			       p);
		for (int b = 0; b < batch; b++) {
			bare_text(i, 1 + (r + 1) * batch + b, text[b],
				  sizeof(text[b]));
			args[b] = text[b];
		}
		if (r >= 0)
			start(bare, r);
		if (rrd_update_r(name, NULL, batch, args) != 0) {
			(void)fprintf(stderr, "%s\n", rrd_get_error());
			exit(1);
		}
		if (r >= 0)
			stop(bare, r);
	}
}

int
main(int argc, char **argv)
{
	static struct cost append, drain, first, bare;
	double values, robin_s, robin_cpu, append_s, drain_s, bare_s;

	if (argc != 6)
		return 2;
	(void)snprintf(state, sizeof(state), "%s", argv[1]);
	n_instances = strtoul(argv[2], NULL, 10);
	n_metrics = strtoul(argv[3], NULL, 10);
	batch = (int)strtol(argv[4], NULL, 10);
	rounds = (int)strtol(argv[5], NULL, 10);
	if (n_instances < 1 || n_metrics < 1 ||
	    n_metrics > FAMILY_METRICS_MAX || batch < 1 || rounds < 1 ||
	    rounds > ROUNDS_MAX)
		return 2;
	setup();
	robin_open(&first);
	bare_open();
	bare_round(-1, NULL);
	for (int r = 0; r < rounds; r++) {
		robin_round(r, &append, &drain);
		bare_round(r, &bare);
	}
	robin_close();
	values = (double)n_instances * (double)n_metrics * batch * rounds;
	append_s = typical_s(&append);
	drain_s = typical_s(&drain);
	bare_s = typical_s(&bare);
	robin_s = append_s + drain_s;
	robin_cpu = append.cpu_s + drain.cpu_s;
	(void)printf(
	    "{\"instances\":%zu,\"metrics\":%zu,\"batch\":%d,"
	    "\"robin_values_per_s\":%.0f,\"bare_values_per_s\":%.0f,"
	    "\"ratio\":%.3f,\"cpu_ratio\":%.3f,"
	    "\"robin_best_per_s\":%.0f,\"bare_best_per_s\":%.0f,"
	    "\"append_us_per_value\":%.3f,\"drain_us_per_value\":%.3f,"
	    "\"bare_us_per_value\":%.3f,\"robin_cpu_us_per_value\":%.3f,"
	    "\"first_touch_s\":%.2f}\n",
	    n_instances, n_metrics, batch, values / robin_s, values / bare_s,
	    bare_s / robin_s, bare.cpu_s / robin_cpu,
	    values / (best_s(&append) + best_s(&drain)), values / best_s(&bare),
	    append_s * 1e6 / values, drain_s * 1e6 / values,
	    bare_s * 1e6 / values, robin_cpu * 1e6 / values, first.wall_s);
	free(paths);
	return 0;
}
