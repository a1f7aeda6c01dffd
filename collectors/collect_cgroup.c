/* SPDX-License-Identifier: MIT */
/*
 * The limits of our own container and what is used of them, from control
 * groups version 2 or 1 (the kernel's Documentation/admin-guide/cgroup-v2.rst
 * and cgroup-v1/).  Used memory is the working set, as the kubelet counts it:
 * usage without file cache that nobody needs.  Nothing where there is no
 * limit.
 */
#include "collectors/collector.h"

#include <stdio.h>

#include "collectors/cgroup.h"
#include "collectors/source.h"

#define CORES_MAX 8192
#define MAX_BYTES 1e15

enum { C_USED, C_LIMIT, C_THROTTLED };

static const struct metric cpu_metrics[] = {
    [C_USED] = {.name = "used",
		.unit = "cores",
		.help = "CPU time the container used",
		.raw_unit = "seconds",
		.kind = METRIC_DDERIVE,
		.draw = DRAW_AREA,
		.min = 0,
		.max = CORES_MAX},
    [C_LIMIT] = {.name = "limit",
		 .unit = "cores",
		 .help = "CPU time the container may use",
		 .kind = METRIC_GAUGE,
		 .draw = DRAW_LINE,
		 .min = 0,
		 .max = CORES_MAX},
    [C_THROTTLED] = {.name = "throttled",
		     .unit = "cores",
		     .help = "CPU time its tasks were held back at the limit",
		     .raw_unit = "seconds",
		     .kind = METRIC_DDERIVE,
		     .draw = DRAW_LINE,
		     .min = 0,
		     .max = 1e6},
};

static const struct family cpu = {
    .name = "cgroup_cpu",
    .title = "Container CPU",
    .unit = "cores",
    .help = "CPU time of our own container and its limit",
    .category = "cpu",
    COLLECT_FAMILY,
    COLLECT_METRICS(cpu_metrics),
};

enum { M_USED, M_CACHE, M_FREE, M_PERCENT };

static const struct metric memory_metrics[] = {
    [M_USED] = {.name = "used",
		.unit = "bytes",
		.help = "Memory the container needs (its working set)",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.min = 0,
		.max = MAX_BYTES},
    [M_CACHE] = {.name = "cache",
		 .unit = "bytes",
		 .help = "Files cached for it that can be dropped",
		 .raw_unit = "bytes",
		 .kind = METRIC_GAUGE,
		 .draw = DRAW_STACK,
		 .min = 0,
		 .max = MAX_BYTES},
    [M_FREE] = {.name = "free",
		.unit = "bytes",
		.help = "What is left up to its limit",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_STACK,
		.min = 0,
		.max = MAX_BYTES},
    [M_PERCENT] = {.name = "used_percent",
		   .label = "used share",
		   .unit = "percent",
		   .help = "Share of the limit that is needed",
		   .kind = METRIC_GAUGE,
		   .draw = DRAW_HIDDEN,
		   .min = 0,
		   .max = 1000},
};

static const struct family_alert alerts[] = {
    {.metric = "used_percent", .warning = 90, .critical = 97, .for_s = 300},
};

static const struct family memory = {
    .name = "cgroup_memory",
    .title = "Container memory",
    .unit = "bytes",
    .help = "Memory of our own container up to its limit",
    .category = "memory",
    COLLECT_FAMILY,
    COLLECT_METRICS(memory_metrics),
    COLLECT_ALERTS(alerts),
};

static const struct family *const families[] = {&cpu, &memory, NULL};

/* Numbers of a "name value" file of a group; those missing stay untouched. */
static size_t
read_keys(const char *root, const struct cgroup *g, const char *file,
	  const struct text_key *keys, size_t n)
{
	char path[sizeof(g->folder) + 32];
	struct text in;

	(void)snprintf(path, sizeof(path), "%s/%s", g->folder, file);
	if (source_read_path(root, path, &in, NULL) != 0)
		return 0;
	return text_keys(in, keys, n);
}

static bool
read_number(const char *root, const struct cgroup *g, const char *file,
	    uint64_t *out)
{
	char path[sizeof(g->folder) + 32];

	(void)snprintf(path, sizeof(path), "%s/%s", g->folder, file);
	return source_u64(root, path, out);
}

/* CPU time used and throttled, in seconds; NaN when unknown. */
static void
read_cpu(const char *root, const struct cgroup *g, double *used_s,
	 double *throttled_s)
{
	uint64_t usage, throttled;
	const struct text_key v2[] = {{"usage_usec", &usage}};
	const struct text_key v2t[] = {{"throttled_usec", &throttled}};
	const struct text_key v1t[] = {{"throttled_time", &throttled}};
	struct cgroup acct = {.v2 = false};

	*used_s = *throttled_s = (double)NAN;
	if (g->v2) {
		if (read_keys(root, g, "cpu.stat", v2, 1) == 1)
			*used_s = (double)usage / 1e6;
		if (read_keys(root, g, "cpu.stat", v2t, 1) == 1)
			*throttled_s = (double)throttled / 1e6;
		return;
	}
	if (read_keys(root, g, "cpu.stat", v1t, 1) == 1)
		*throttled_s = (double)throttled / 1e9;
	/* usually mounted together with cpu, sometimes beside it */
	if (!read_number(root, g, "cpuacct.usage", &usage)) {
		(void)snprintf(acct.folder, sizeof(acct.folder),
			       "sys/fs/cgroup/cpuacct%s",
			       g->folder + sizeof("sys/fs/cgroup/cpu") - 1);
		if (!read_number(root, &acct, "cpuacct.usage", &usage))
			return;
	}
	*used_s = (double)usage / 1e9;
}

static int
put_cpu(const char *root, struct sample_sink *sink, struct err *err)
{
	double limit, used_s, throttled_s;
	struct cgroup g;
	struct sample s;

	if (!cgroup_find_cpu(root, &g, &limit))
		return 0;
	read_cpu(root, &g, &used_s, &throttled_s);
	sample_init(&s, &cpu);
	if (!isnan(used_s))
		s.values[C_USED] = VALUE_OF_F(used_s);
	s.values[C_LIMIT] = VALUE_OF_F(limit);
	if (!isnan(throttled_s))
		s.values[C_THROTTLED] = VALUE_OF_F(throttled_s);
	return sink->put(sink, &s, err);
}

static int
put_memory(const char *root, struct sample_sink *sink, struct err *err)
{
	uint64_t limit, usage, inactive = 0;
	struct text_key key = {.out = &inactive};
	struct cgroup g;
	struct sample s;

	if (!cgroup_find_memory(root, &g, &limit))
		return 0;
	if (!read_number(root, &g,
			 g.v2 ? "memory.current" : "memory.usage_in_bytes",
			 &usage))
		return err_set(err, ERR_INVALID, "%.150s: no memory usage",
			       g.folder);
	key.name = g.v2 ? "inactive_file" : "total_inactive_file";
	(void)read_keys(root, &g, "memory.stat", &key, 1);
	if (inactive > usage)
		inactive = usage;
	sample_init(&s, &memory);
	s.values[M_USED] = VALUE_OF_U(usage - inactive);
	s.values[M_CACHE] = VALUE_OF_U(inactive);
	s.values[M_FREE] = VALUE_OF_U(limit > usage ? limit - usage : 0);
	s.values[M_PERCENT] =
	    VALUE_OF_F(100 * (double)(usage - inactive) / (double)limit);
	return sink->put(sink, &s, err);
}

static bool
available(const char *root)
{
	struct cgroup g;
	uint64_t bytes;
	double cores;

	return cgroup_find_memory(root, &g, &bytes) ||
	       cgroup_find_cpu(root, &g, &cores);
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	if (put_cpu(root, sink, err) != 0)
		return -1;
	return put_memory(root, sink, err);
}

const struct collector collect_cgroup = {
    .name = "cgroup",
    .help = "CPU and memory of our own container, where it has limits",
    .families = families,
    .available = available,
    .collect = collect,
};
