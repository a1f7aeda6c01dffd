/* SPDX-License-Identifier: MIT */
/*
 * Traffic of whole disks from /proc/diskstats (the kernel's
 * Documentation/admin-guide/iostats.rst; a sector there is always 512 bytes).
 *
 * Left out: partitions (their disk has the sum), loop and RAM disks, optical
 * drives, device-mapper volumes (the disks below them count the same bytes)
 * and whatever was never used.
 */
#include "collectors/collector.h"

#include <string.h>

#include "collectors/diskname.h"
#include "collectors/parse.h"
#include "collectors/source.h"

#define SECTOR_BYTES 512
#define MAX_RATE     1e12
#define MAX_OPS	     1e8

enum { M_READ, M_WRITTEN };

#define RATE(name_, label_, unit_, help_, raw_, draw_, max_)                   \
	{                                                                      \
		.name = name_, .label = label_, .unit = unit_, .help = help_,  \
		.raw_unit = raw_, .kind = METRIC_DERIVE, .draw = draw_,        \
		.min = 0, .max = max_,                                         \
	}

static const struct metric byte_metrics[] = {
    [M_READ] = RATE("read_bytes", "read", "bytes/s", "Bytes read from the disk",
		    "bytes", DRAW_AREA, MAX_RATE),
    [M_WRITTEN] =
	RATE("written_bytes", "written", "bytes/s", "Bytes written to the disk",
	     "bytes", DRAW_MIRROR, MAX_RATE),
};

static const struct metric op_metrics[] = {
    [M_READ] = RATE("reads", "reads", "1/s", "Reads the disk finished", NULL,
		    DRAW_AREA, MAX_OPS),
    [M_WRITTEN] = RATE("writes", "writes", "1/s", "Writes the disk finished",
		       NULL, DRAW_MIRROR, MAX_OPS),
};

static const struct metric busy_metrics[] = {
    {.name = "busy",
     .label = "busy",
     .unit = "seconds/s",
     .help = "Time in which the disk had something to do",
     .raw_unit = "seconds",
     .kind = METRIC_DDERIVE,
     .draw = DRAW_AREA,
     .min = 0,
     .max = 2},
};

static const struct metric queue_metrics[] = {
    {.name = "queue",
     .label = "in the queue",
     .unit = "requests",
     .help = "Requests waiting or being served, on average: time they took, "
	     "added up",
     .raw_unit = "seconds",
     .kind = METRIC_DDERIVE,
     .draw = DRAW_AREA,
     .min = 0,
     .max = 1e6},
};

#define DISK_FAMILY                                                            \
	.category = "disk", .instance_label = "device", COLLECT_FAMILY

static const struct family bytes = {
    .name = "diskio",
    .title = "Disk traffic",
    .unit = "bytes/s",
    .help = "Bytes read from and written to a disk",
    DISK_FAMILY,
    COLLECT_METRICS(byte_metrics),
};

static const struct family ops = {
    .name = "diskio_ops",
    .title = "Disk operations",
    .unit = "1/s",
    .help = "Reads and writes a disk finished",
    DISK_FAMILY,
    COLLECT_METRICS(op_metrics),
};

static const struct family busy = {
    .name = "diskio_busy",
    .title = "Disk busy",
    .unit = "seconds/s",
    .help = "Share of time in which a disk had something to do; 1 is always",
    DISK_FAMILY,
    COLLECT_METRICS(busy_metrics),
};

static const struct family queue = {
    .name = "diskio_queue",
    .title = "Disk queue",
    .unit = "requests",
    .help = "Requests a disk had to deal with at a time",
    DISK_FAMILY,
    COLLECT_METRICS(queue_metrics),
};

static const struct family *const families[] = {&bytes, &ops, &busy, &queue,
						NULL};

static struct source diskstats = {.path = "proc/diskstats"};

static int
put(struct sample_sink *sink, const struct family *f, const char *name,
    struct value a, struct value b, struct err *err)
{
	struct sample s;

	sample_init(&s, f);
	slug_make(name, strlen(name), s.instance);
	s.values[0] = a;
	if (f->n_metrics > 1)
		s.values[1] = b;
	return sink->put(sink, &s, err);
}

static int
put_disk(struct sample_sink *sink, const struct disk_counters *d,
	 struct err *err)
{
	double busy_s = (double)d->ms_busy / 1e3;
	double queue_s = (double)d->ms_weighted / 1e3;

	if (put(sink, &bytes, d->name,
		VALUE_OF_U(d->sectors_read * SECTOR_BYTES),
		VALUE_OF_U(d->sectors_written * SECTOR_BYTES), err) != 0 ||
	    put(sink, &ops, d->name, VALUE_OF_U(d->reads),
		VALUE_OF_U(d->writes), err) != 0 ||
	    put(sink, &busy, d->name, VALUE_OF_F(busy_s), VALUE_NONE, err) != 0)
		return -1;
	return put(sink, &queue, d->name, VALUE_OF_F(queue_s), VALUE_NONE, err);
}

static bool
available(const char *root)
{
	return source_exists(root, "proc/diskstats");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	char whole[sizeof(((struct disk_counters *)0)->name)] = "";
	struct disk_counters d;
	struct text in;

	if (source_read(&diskstats, root, &in, err) != 0)
		return -1;
	while (parse_diskstats(&in, &d)) {
		/* the kernel lists a disk, then its partitions */
		if (diskname_is_part(d.name, whole))
			continue;
		memcpy(whole, d.name, sizeof(whole));
		if (diskname_is_left_out(d.name) || d.reads + d.writes == 0)
			continue;
		if (put_disk(sink, &d, err) != 0)
			return -1;
	}
	return 0;
}

const struct collector collect_diskio = {
    .name = "diskio",
    .help = "Bytes, operations, busy time and queue of each disk",
    .families = families,
    .available = available,
    .collect = collect,
};
