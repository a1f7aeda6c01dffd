/* SPDX-License-Identifier: MIT */
/*
 * Memory from /proc/meminfo (proc(5)).  Family `memory` splits all of it into
 * three, so that the used share is the one `free` shows:
 *
 *   used  = MemTotal - MemAvailable
 *   cache = MemAvailable - MemFree   (given back when programs need it)
 *   free  = MemFree
 *
 * Family `memory_detail` has the kernel's own figures, which overlap.
 */
#include "collectors/collector.h"

#include "collectors/source.h"

#define MAX_BYTES 1e15

enum { M_USED, M_CACHE, M_FREE };

static const struct metric metrics[] = {
    [M_USED] = {.name = "used",
		.label = "used",
		.unit = "bytes",
		.help = "Memory that programs and the kernel hold and that "
			"cannot simply be taken back",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.role = ROLE_MEMORY_USED,
		.min = 0,
		.max = MAX_BYTES},
    [M_CACHE] = {.name = "cache",
		 .label = "cache",
		 .unit = "bytes",
		 .help = "Memory in use for caches, available when needed",
		 .raw_unit = "bytes",
		 .kind = METRIC_GAUGE,
		 .draw = DRAW_STACK,
		 .role = ROLE_MEMORY_FREE,
		 .min = 0,
		 .max = MAX_BYTES},
    [M_FREE] = {.name = "free",
		.label = "free",
		.unit = "bytes",
		.help = "Memory used for nothing",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_STACK,
		.role = ROLE_MEMORY_FREE,
		.min = 0,
		.max = MAX_BYTES},
};

static const struct family_alert alerts[] = {
    {.role = ROLE_MEMORY_USED, .warning = 90, .critical = 97, .for_s = 300},
};

static const struct family family = {
    .name = "memory",
    .title = "Memory",
    .unit = "bytes",
    .help = "What the machine's memory is used for",
    .category = "memory",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
    .lead = M_USED,
    COLLECT_ALERTS(alerts),
};

enum {
	D_BUFFERS,
	D_CACHED,
	D_SHARED,
	D_ANONYMOUS,
	D_MAPPED,
	D_SLAB,
	D_PAGE_TABLES,
	D_KERNEL_STACK,
	D_DIRTY,
	D_WRITEBACK,
	D_COMMITTED,
	D_HUGE_PAGES,
	D__MAX
};

#define DETAIL(name_, label_, help_)                                           \
	{                                                                      \
		.name = name_, .label = label_, .unit = "bytes",               \
		.help = help_, .raw_unit = "bytes", .kind = METRIC_GAUGE,      \
		.draw = DRAW_LINE, .min = 0, .max = MAX_BYTES,                 \
	}

static const struct metric detail_metrics[D__MAX] = {
    [D_BUFFERS] = DETAIL("buffers", "buffers", "Caches of block devices"),
    [D_CACHED] = DETAIL("cached", "file cache", "Contents of files"),
    [D_SHARED] = DETAIL("shared", "shared", "Shared memory and tmpfs"),
    [D_ANONYMOUS] =
	DETAIL("anonymous", "programs' own", "Programs' own memory, no file"),
    [D_MAPPED] = DETAIL("mapped", "mapped files", "Files mapped by programs"),
    [D_SLAB] = DETAIL("slab", "kernel objects", "The kernel's own objects"),
    [D_PAGE_TABLES] =
	DETAIL("page_tables", "page tables", "Tables of virtual memory"),
    [D_KERNEL_STACK] =
	DETAIL("kernel_stack", "kernel stacks", "The kernel's stacks of tasks"),
    [D_DIRTY] = DETAIL("dirty", "to be written",
		       "Changed pages that wait to be written to disk"),
    [D_WRITEBACK] = DETAIL("writeback", "being written",
			   "Pages on their way to disk right now"),
    [D_COMMITTED] = DETAIL("committed", "promised",
			   "Memory promised to programs, touched or not"),
    [D_HUGE_PAGES] = DETAIL("huge_pages", "huge pages",
			    "Programs' own memory in transparent huge pages"),
};

static const struct family detail = {
    .name = "memory_detail",
    .title = "Memory in detail",
    .unit = "bytes",
    .help = "The kernel's own memory figures, which overlap",
    .category = "memory",
    COLLECT_FAMILY,
    COLLECT_METRICS(detail_metrics),
    .lead = D_CACHED,
};

static const struct family *const families[] = {&family, &detail, NULL};

static struct source meminfo = {.path = "proc/meminfo"};

static int
put_split(struct text in, struct sample_sink *sink, struct err *err)
{
	uint64_t total = 0, available = 0, unused = 0;
	uint64_t buffers = 0, cached = 0, slab = 0, shared = 0;
	const struct text_key keys[] = {{"MemTotal", &total},
					{"MemFree", &unused}};
	const struct text_key older[] = {{"Buffers", &buffers},
					 {"Cached", &cached},
					 {"SReclaimable", &slab},
					 {"Shmem", &shared}};
	const struct text_key newer[] = {{"MemAvailable", &available}};
	struct sample s;

	if (text_keys(in, keys, 2) != 2 || total == 0 || unused > total)
		return err_set(err, ERR_INVALID,
			       "proc/meminfo: no usable MemTotal and MemFree");
	if (text_keys(in, newer, 1) == 0) {
		/* before Linux 3.14 */
		(void)text_keys(in, older, 4);
		available = unused + buffers + cached + slab;
		available -= shared < available ? shared : available;
	}
	if (available > total)
		available = total;
	/* reserves can make less available than is free */
	if (unused > available)
		unused = available;
	sample_init(&s, &family);
	s.values[M_USED] = VALUE_OF_U(total - available);
	s.values[M_CACHE] = VALUE_OF_U(available - unused);
	s.values[M_FREE] = VALUE_OF_U(unused);
	return sink->put(sink, &s, err);
}

static int
put_detail(struct text in, struct sample_sink *sink, struct err *err)
{
	static const char *const names[D__MAX] = {
	    [D_BUFFERS] = "Buffers",
	    [D_CACHED] = "Cached",
	    [D_SHARED] = "Shmem",
	    [D_ANONYMOUS] = "AnonPages",
	    [D_MAPPED] = "Mapped",
	    [D_SLAB] = "Slab",
	    [D_PAGE_TABLES] = "PageTables",
	    [D_KERNEL_STACK] = "KernelStack",
	    [D_DIRTY] = "Dirty",
	    [D_WRITEBACK] = "Writeback",
	    [D_COMMITTED] = "Committed_AS",
	    [D_HUGE_PAGES] = "AnonHugePages",
	};
	uint64_t bytes[D__MAX];
	struct text_key keys[D__MAX];
	struct sample s;

	for (size_t i = 0; i < D__MAX; i++) {
		bytes[i] = UINT64_MAX;
		keys[i] = (struct text_key){names[i], &bytes[i]};
	}
	if (text_keys(in, keys, D__MAX) == 0)
		return 0;
	sample_init(&s, &detail);
	for (size_t i = 0; i < D__MAX; i++)
		if (bytes[i] != UINT64_MAX)
			s.values[i] = VALUE_OF_U(bytes[i]);
	return sink->put(sink, &s, err);
}

static bool
available(const char *root)
{
	return source_exists(root, "proc/meminfo");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	struct text in;

	if (source_read(&meminfo, root, &in, err) != 0 ||
	    put_split(in, sink, err) != 0)
		return -1;
	return put_detail(in, sink, err);
}

const struct collector collect_memory = {
    .name = "memory",
    .help = "Memory used, cached and free, and the kernel's own figures",
    .families = families,
    .available = available,
    .collect = collect,
};
