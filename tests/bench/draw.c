/* SPDX-License-Identifier: MIT */
/*
 * How long a fresh 600x200 picture of a day with four metrics takes: by
 * librrd's rrd_graph_v and by graph_render, warm, in turns in one process,
 * and by `rrdtool graph` as a process.  CPU time; no assertions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "rrd/graph.h"
#include "tests/unit/rrd_fixture.h"

#define ROUNDS	  20
#define PER_ROUND 20
#define PROCESSES 20

#define METRIC(name_, draw_)                                                   \
	{                                                                      \
		.name = name_, .unit = "cores", .help = "Time",                \
		.kind = METRIC_GAUGE, .draw = draw_, .min = 0, .max = NAN,     \
	}

static const struct metric metrics[] = {
    METRIC("user", DRAW_AREA),
    METRIC("system", DRAW_STACK),
    METRIC("iowait", DRAW_STACK),
    METRIC("steal", DRAW_STACK),
};

static const struct family family = {
    .name = "bench",
    .title = "CPU time",
    .unit = "cores",
    .help = "For measuring",
    .category = "cpu",
    .step_s = 10,
    .heartbeat_s = 120,
    .lower_limit = NAN,
    .upper_limit = NAN,
    .n_metrics = COUNT(metrics),
    .metrics = metrics,
};

static double
value(size_t metric, int64_t t_s, void *arg)
{
	static const double level[] = {1.2, 0.4, 0.1, 0.05};
	double day = cos((double)(t_s % 86400) / 86400 * 6.28);

	(void)arg;
	return level[metric] * (1.5 - day) +
	       0.3 * level[metric] * (double)random() / (double)RAND_MAX;
}

/* What a person would write for the same picture. */
static int
arguments(const char *file, int64_t from_s, int64_t to_s, char **argv, int max)
{
	static const char *const fixed[] = {"graph",
					    "-",
					    "--imgformat",
					    "PNG",
					    "--width",
					    "600",
					    "--height",
					    "200",
					    "--full-size-mode",
					    "--title",
					    "CPU time, web1",
					    "--slope-mode",
					    "--border",
					    "0",
					    "--font",
					    "LEGEND:8:DejaVu Sans Mono"};
	static const char *const colours[] = {"0072B2CC", "E69F00CC",
					      "009E73CC", "CC79A7CC"};
	static const char *const cells[] = {"LAST", "MIN", "AVERAGE", "MAX"};
	char text[512];
	int n = 0;

	for (size_t i = 0; i < COUNT(fixed); i++)
		argv[n++] = strdup(fixed[i]);
	(void)snprintf(text, sizeof text, "--start=%lld", (long long)from_s);
	argv[n++] = strdup(text);
	(void)snprintf(text, sizeof text, "--end=%lld", (long long)to_s);
	argv[n++] = strdup(text);
	for (size_t m = 0; m < COUNT(metrics); m++) {
		const char *name = metrics[m].name;

		(void)snprintf(text, sizeof text, "DEF:%s=%s:%s:AVERAGE", name,
			       file, name);
		argv[n++] = strdup(text);
		(void)snprintf(text, sizeof text, "AREA:%s#%s:%s%s", name,
			       colours[m], name, m > 0 ? ":STACK" : "");
		argv[n++] = strdup(text);
		for (size_t k = 0; k < COUNT(cells); k++) {
			(void)snprintf(text, sizeof text,
				       "GPRINT:%s:%s:%%8.2lf%s", name, cells[k],
				       k == 3 ? "\\l" : "");
			argv[n++] = strdup(text);
		}
	}
	argv[n] = NULL;
	return n < max ? n : -1;
}

static size_t
draw_librrd(int argc, char **argv)
{
	rrd_info_t *info = rrd_graph_v(argc, argv);
	size_t bytes = 0;

	for (rrd_info_t *i = info; i != NULL; i = i->next)
		if (i->type == RD_I_BLO)
			bytes = i->value.u_blo.size;
	rrd_info_free(info);
	return bytes;
}

static size_t
draw_robin(struct query *q, const struct graph_request *r, struct buf *b)
{
	struct err err = {0};
	char summary[256];

	buf_reset(b);
	if (graph_render(q, r, b, NULL, summary, &err) != 0) {
		(void)fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	return b->len;
}

static double
children_us(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* getopt has put argv in another order by now; "-" is still the output. */
static void
exec_rrdtool(char **argv)
{
	char *out[129] = {(char[]){"rrdtool"}, (char[]){"graph"}};
	char *null = (char[]){"/dev/null"};
	int n = 2;

	out[n++] = null;
	for (int i = 0; argv[i] != NULL && n < 128; i++)
		if (strcmp(argv[i], "-") != 0 && strcmp(argv[i], "graph") != 0)
			out[n++] = argv[i];
	if (freopen("/dev/null", "w", stdout) != NULL)
		(void)execvp("rrdtool", out);
	_exit(127);
}

static double
process_us(char **argv)
{
	double before = children_us();

	for (int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();
		int status = 0;

		if (pid == 0)
			exec_rrdtool(argv);
		if (waitpid(pid, &status, 0) < 0 || status != 0)
			(void)fprintf(stderr, "rrdtool graph failed\n");
	}
	return (children_us() - before) / PROCESSES;
}

int
main(void)
{
	char dir[64], file[128], *argv[128];
	int64_t to_s = clock_wall_s() / 10 * 10, at;
	int64_t ours = 0, theirs = 0;
	struct graph_request r = {.n_hosts = 1,
				  .from_s = to_s - 86400,
				  .to_s = to_s,
				  .range_text = "last day",
				  .width = 600,
				  .height = 200,
				  .scale = 1,
				  .format = GRAPH_PNG};
	size_t our_bytes = 0, their_bytes = 0;
	struct query q;
	struct err err;
	struct buf b;
	double process;
	int argc;

	make_tmp(dir);
	fixture_family(dir, &family);
	fixture_series(dir, &family, "local/web1/bench", to_s - 100000, to_s,
		       value, NULL);
	(void)snprintf(file, sizeof file, "%s/rrd/local/web1/bench.rrd", dir);
	argc = arguments(file, r.from_s, r.to_s, argv, 127);
	if (argc < 0 || query_open(&q, dir, &err) != 0 ||
	    path_parse("local/web1/bench", 16, &r.paths[0], &err) != 0 ||
	    graph_warm(&err) != 0)
		return 1;
	buf_init(&b, 1 << 24);
	(void)draw_librrd(argc, argv);
	(void)draw_robin(&q, &r, &b);
	for (int round = 0; round < ROUNDS; round++) {
		at = clock_cpu_us();
		for (int i = 0; i < PER_ROUND; i++)
			their_bytes = draw_librrd(argc, argv);
		theirs += clock_cpu_us() - at;
		at = clock_cpu_us();
		for (int i = 0; i < PER_ROUND; i++)
			our_bytes = draw_robin(&q, &r, &b);
		ours += clock_cpu_us() - at;
	}
	process = process_us(argv);
	(void)printf("rrd_graph_v, warm      %8.0f us %7zu bytes\n",
		     (double)theirs / (ROUNDS * PER_ROUND), their_bytes);
	(void)printf("graph_render, warm     %8.0f us %7zu bytes\n",
		     (double)ours / (ROUNDS * PER_ROUND), our_bytes);
	(void)printf("ratio                  %8.3f\n",
		     (double)ours / (double)theirs);
	(void)printf("rrdtool graph, process %8.0f us\n", process);
	(void)printf("times less CPU         %8.1f\n",
		     process * (ROUNDS * PER_ROUND) / (double)ours);
	query_close(&q);
	rm_tree(dir);
	return 0;
}
