/* SPDX-License-Identifier: MIT */
/*
 * Pressure stall information from /proc/pressure (the kernel's
 * Documentation/accounting/psi.rst): the share of time in which some task, or
 * all of them, waited for CPU, memory or disk.  A better question than load.
 */
#include "collectors/collector.h"

#include <stdio.h>
#include <string.h>

#include "collectors/parse.h"
#include "collectors/source.h"

enum { M_SOME, M_FULL, M_SOME_TIME, M_FULL_TIME };

static const struct metric metrics[] = {
    [M_SOME] = {.name = "some",
		.label = "some waited",
		.unit = "percent",
		.help = "Share of the last 10 seconds in which some task "
			"waited",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.role = ROLE_PRESSURE,
		.min = 0,
		.max = 100},
    [M_FULL] = {.name = "full",
		.label = "all waited",
		.unit = "percent",
		.help = "Share of the last 10 seconds in which every task that "
			"could have run waited",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.min = 0,
		.max = 100},
    [M_SOME_TIME] = {.name = "some_time",
		     .label = "some waited, in all",
		     .unit = "seconds/s",
		     .help = "Time in which some task waited",
		     .raw_unit = "seconds",
		     .kind = METRIC_DDERIVE,
		     .draw = DRAW_HIDDEN,
		     .min = 0,
		     .max = 2},
    [M_FULL_TIME] = {.name = "full_time",
		     .label = "all waited, in all",
		     .unit = "seconds/s",
		     .help = "Time in which every task that could have run "
			     "waited",
		     .raw_unit = "seconds",
		     .kind = METRIC_DDERIVE,
		     .draw = DRAW_HIDDEN,
		     .min = 0,
		     .max = 2},
};

static const struct family family = {
    .name = "pressure",
    .title = "Waiting for",
    .unit = "percent",
    .help = "How much of the time tasks waited for a resource",
    .category = "system",
    .instance_label = "resource",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
};

static const struct family *const families[] = {&family, NULL};

static struct {
	const char *resource;
	struct source source;
} files[] = {
    {"cpu", {.path = "proc/pressure/cpu"}},
    {"io", {.path = "proc/pressure/io"}},
    {"memory", {.path = "proc/pressure/memory"}},
};

static void
set(struct sample *s, int avg, int total, const struct pressure_line *p)
{
	if (!p->known)
		return;
	s->values[avg] = VALUE_OF_F(p->avg10);
	s->values[total] = VALUE_OF_F((double)p->total_us / 1e6);
}

static bool
available(const char *root)
{
	struct text in;

	/* booted with psi=0, the file is there and cannot be read */
	return source_read(&files[0].source, root, &in, NULL) == 0;
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct pressure_line some, full;
		struct sample s;
		struct text in;

		if (source_read(&files[i].source, root, &in, err) != 0) {
			rc = -1;
			continue;
		}
		if (!parse_pressure(in, &some, &full)) {
			rc = err_set(err, ERR_INVALID, "%s: no averages",
				     files[i].source.path);
			continue;
		}
		sample_init(&s, &family);
		slug_make(files[i].resource, strlen(files[i].resource),
			  s.instance);
		set(&s, M_SOME, M_SOME_TIME, &some);
		set(&s, M_FULL, M_FULL_TIME, &full);
		if (sink->put(sink, &s, err) != 0)
			return -1;
	}
	return rc;
}

const struct collector collect_pressure = {
    .name = "pressure",
    .help = "Time lost waiting for CPU, disk and memory",
    .families = families,
    .available = available,
    .collect = collect,
};
