/* SPDX-License-Identifier: MIT */
/* Seconds since boot from /proc/uptime (proc(5)). */
#include "collectors/collector.h"

#include "collectors/parse.h"
#include "collectors/source.h"

static const struct metric metrics[] = {
    {.name = "uptime",
     .label = "since boot",
     .unit = "seconds",
     .help = "Time since the machine was booted",
     .raw_unit = "seconds",
     .kind = METRIC_GAUGE,
     .draw = DRAW_AREA,
     .role = ROLE_UPTIME,
     .min = 0,
     .max = 1e10},
};

static const struct family family = {
    .name = "uptime",
    .title = "Uptime",
    .unit = "seconds",
    .help = "How long the machine has been running",
    .category = "system",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
};

static const struct family *const families[] = {&family, NULL};

static struct source uptime = {.path = "proc/uptime"};

static bool
available(const char *root)
{
	return source_exists(root, "proc/uptime");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	struct sample s;
	struct text in;
	double up_s;

	if (source_read(&uptime, root, &in, err) != 0)
		return -1;
	if (!parse_uptime(in, &up_s))
		return err_set(err, ERR_INVALID, "proc/uptime: no number");
	sample_init(&s, &family);
	s.values[0] = VALUE_OF_F(up_s);
	return sink->put(sink, &s, err);
}

const struct collector collect_uptime = {
    .name = "uptime",
    .help = "Time since boot",
    .step_s = 60,
    .families = families,
    .available = available,
    .collect = collect,
};
