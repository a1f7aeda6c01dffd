/* SPDX-License-Identifier: MIT */
/*
 * Swap space from /proc/meminfo and traffic to and from it from /proc/vmstat
 * (proc(5); pswpin and pswpout count pages).  Nothing on a machine without
 * swap.
 */
#include "collectors/collector.h"

#include <unistd.h>

#include "collectors/source.h"

#define MAX_BYTES 1e15
#define MAX_RATE  1e12

enum { M_USED, M_FREE };

static const struct metric metrics[] = {
    [M_USED] = {.name = "used",
		.unit = "bytes",
		.help = "Swap space in use",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.role = ROLE_SWAP_USED,
		.min = 0,
		.max = MAX_BYTES},
    [M_FREE] = {.name = "free",
		.unit = "bytes",
		.help = "Swap space not in use",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_STACK,
		.role = ROLE_SWAP_FREE,
		.min = 0,
		.max = MAX_BYTES},
};

static const struct family_alert alerts[] = {
    {.role = ROLE_SWAP_USED, .warning = 80, .critical = 95, .for_s = 900},
};

static const struct family family = {
    .name = "swap",
    .title = "Swap space",
    .unit = "bytes",
    .help = "How much of the swap space is in use",
    .category = "memory",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
    COLLECT_ALERTS(alerts),
};

enum { M_IN, M_OUT };

static const struct metric io_metrics[] = {
    [M_IN] = {.name = "in_bytes",
	      .label = "read back",
	      .unit = "bytes/s",
	      .help = "Memory read back from swap",
	      .raw_unit = "bytes",
	      .kind = METRIC_DERIVE,
	      .draw = DRAW_AREA,
	      .min = 0,
	      .max = MAX_RATE},
    [M_OUT] = {.name = "out_bytes",
	       .label = "written out",
	       .unit = "bytes/s",
	       .help = "Memory written out to swap",
	       .raw_unit = "bytes",
	       .kind = METRIC_DERIVE,
	       .draw = DRAW_MIRROR,
	       .min = 0,
	       .max = MAX_RATE},
};

static const struct family io = {
    .name = "swap_io",
    .title = "Swap traffic",
    .unit = "bytes/s",
    .help = "Memory moved between RAM and swap; more than a trickle is slow",
    .category = "memory",
    COLLECT_FAMILY,
    COLLECT_METRICS(io_metrics),
};

static const struct family *const families[] = {&family, &io, NULL};

static struct source meminfo = {.path = "proc/meminfo"};
static struct source vmstat = {.path = "proc/vmstat"};

/* The swap space; false when there is none or the text does not say. */
static bool
space(struct text in, uint64_t *total, uint64_t *unused)
{
	const struct text_key keys[] = {{"SwapTotal", total},
					{"SwapFree", unused}};

	return text_keys(in, keys, 2) == 2 && *total > 0 && *unused <= *total;
}

static int
put_io(struct text in, struct sample_sink *sink, struct err *err)
{
	long page = sysconf(_SC_PAGESIZE);
	uint64_t pages_in, pages_out;
	const struct text_key keys[] = {{"pswpin", &pages_in},
					{"pswpout", &pages_out}};
	struct sample s;

	if (text_keys(in, keys, 2) != 2)
		return err_set(err, ERR_INVALID,
			       "proc/vmstat: no pswpin and pswpout");
	sample_init(&s, &io);
	s.values[M_IN] = VALUE_OF_U(pages_in * (uint64_t)page);
	s.values[M_OUT] = VALUE_OF_U(pages_out * (uint64_t)page);
	return sink->put(sink, &s, err);
}

static bool
available(const char *root)
{
	uint64_t total, unused;
	struct text in;

	return source_read(&meminfo, root, &in, NULL) == 0 &&
	       space(in, &total, &unused);
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	uint64_t total, unused;
	struct sample s;
	struct text in;

	if (source_read(&meminfo, root, &in, err) != 0)
		return -1;
	if (!space(in, &total, &unused))
		return 0; /* switched off meanwhile */
	sample_init(&s, &family);
	s.values[M_USED] = VALUE_OF_U(total - unused);
	s.values[M_FREE] = VALUE_OF_U(unused);
	if (sink->put(sink, &s, err) != 0 ||
	    source_read(&vmstat, root, &in, err) != 0)
		return -1;
	return put_io(in, sink, err);
}

const struct collector collect_swap = {
    .name = "swap",
    .help = "Swap space and traffic, on machines that have swap",
    .families = families,
    .available = available,
    .collect = collect,
};
