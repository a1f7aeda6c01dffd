/* SPDX-License-Identifier: MIT */
/*
 * Load averages from /proc/loadavg (proc(5)): how many tasks run, want to run
 * or wait for a disk, smoothed over 1, 5 and 15 minutes.
 */
#include "collectors/collector.h"

#include "collectors/parse.h"
#include "collectors/source.h"

#define MAX_TASKS 1e7

enum { M_LOAD1, M_LOAD5, M_LOAD15 };

static const struct metric metrics[] = {
    [M_LOAD1] = {.name = "load1",
		 .label = "1 minute",
		 .unit = "tasks",
		 .help = "Load average over a minute",
		 .kind = METRIC_GAUGE,
		 .draw = DRAW_AREA,
		 .role = ROLE_LOAD,
		 .min = 0,
		 .max = MAX_TASKS},
    [M_LOAD5] = {.name = "load5",
		 .label = "5 minutes",
		 .unit = "tasks",
		 .help = "Load average over five minutes",
		 .kind = METRIC_GAUGE,
		 .draw = DRAW_LINE,
		 .min = 0,
		 .max = MAX_TASKS},
    [M_LOAD15] = {.name = "load15",
		  .label = "15 minutes",
		  .unit = "tasks",
		  .help = "Load average over fifteen minutes",
		  .kind = METRIC_GAUGE,
		  .draw = DRAW_LINE,
		  .min = 0,
		  .max = MAX_TASKS},
};

static const struct family family = {
    .name = "load",
    .title = "Load average",
    .unit = "tasks",
    .help = "How many tasks ran, wanted to run or waited for a disk",
    .category = "cpu",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
};

static const struct family *const families[] = {&family, NULL};

static struct source loadavg = {.path = "proc/loadavg"};

static bool
available(const char *root)
{
	return source_exists(root, "proc/loadavg");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	struct loadavg l;
	struct sample s;
	struct text in;

	if (source_read(&loadavg, root, &in, err) != 0)
		return -1;
	if (!parse_loadavg(in, &l))
		return err_set(err, ERR_INVALID,
			       "proc/loadavg: not three averages and counts");
	sample_init(&s, &family);
	s.values[M_LOAD1] = VALUE_OF_F(l.m1);
	s.values[M_LOAD5] = VALUE_OF_F(l.m5);
	s.values[M_LOAD15] = VALUE_OF_F(l.m15);
	return sink->put(sink, &s, err);
}

const struct collector collect_load = {
    .name = "load",
    .help = "Load averages over 1, 5 and 15 minutes",
    .families = families,
    .available = available,
    .collect = collect,
};
