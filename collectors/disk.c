/* SPDX-License-Identifier: MIT */
/*
 * Space and inodes of a file system: see disk.h.  The used share is the one
 * df shows: used / (used + what an unprivileged user can still write).
 */
#include "collectors/disk.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "collectors/collector.h"
#include "collectors/source.h"

#define MAX_BYTES  1e18
#define MAX_INODES 1e15

enum { M_USED, M_RESERVED, M_FREE };

static const struct metric space_metrics[] = {
    [M_USED] = {.name = "used",
		.unit = "bytes",
		.help = "Space in use",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.role = ROLE_DISK_USED,
		.min = 0,
		.max = MAX_BYTES},
    [M_RESERVED] = {.name = "reserved",
		    .label = "reserved",
		    .unit = "bytes",
		    .help = "Free space that only the administrator can use",
		    .raw_unit = "bytes",
		    .kind = METRIC_GAUGE,
		    .draw = DRAW_STACK,
		    .min = 0,
		    .max = MAX_BYTES},
    [M_FREE] = {.name = "free",
		.unit = "bytes",
		.help = "Free space that everyone can use",
		.raw_unit = "bytes",
		.kind = METRIC_GAUGE,
		.draw = DRAW_STACK,
		.role = ROLE_DISK_FREE,
		.min = 0,
		.max = MAX_BYTES},
};

static const struct family_alert space_alerts[] = {
    {.role = ROLE_DISK_USED, .warning = 85, .critical = 95, .for_s = 300},
};

static const struct family space = {
    .name = "disk",
    .title = "Disk space",
    .unit = "bytes",
    .help = "How full a file system is",
    .category = "disk",
    .instance_label = "mount point",
    COLLECT_FAMILY,
    COLLECT_METRICS(space_metrics),
    COLLECT_ALERTS(space_alerts),
};

enum { I_USED, I_FREE };

static const struct metric inode_metrics[] = {
    [I_USED] = {.name = "used",
		.unit = "inodes",
		.help = "Inodes (files and folders) in use",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.role = ROLE_INODES_USED,
		.min = 0,
		.max = MAX_INODES},
    [I_FREE] = {.name = "free",
		.unit = "inodes",
		.help = "Inodes not in use",
		.kind = METRIC_GAUGE,
		.draw = DRAW_STACK,
		.role = ROLE_INODES_FREE,
		.min = 0,
		.max = MAX_INODES},
};

static const struct family_alert inode_alerts[] = {
    {.role = ROLE_INODES_USED, .warning = 85, .critical = 95, .for_s = 300},
};

static const struct family inodes = {
    .name = "disk_inodes",
    .title = "Files on disk",
    .unit = "inodes",
    .help = "How many files and folders a file system has and can still have",
    .category = "disk",
    .instance_label = "mount point",
    COLLECT_FAMILY,
    COLLECT_METRICS(inode_metrics),
    COLLECT_ALERTS(inode_alerts),
};

const struct family *const disk_families[] = {&space, &inodes, NULL};

/* blocks of size bytes, unknown when that is no number a file system has */
static struct value
in_bytes(uint64_t blocks, uint64_t size)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(blocks, size, &bytes))
		return VALUE_NONE;
	return VALUE_OF_U(bytes);
}

static uint64_t
over(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

int
disk_put(struct sample_sink *sink, const char *point, const struct statvfs *v,
	 struct err *err)
{
	uint64_t size = v->f_frsize != 0 ? v->f_frsize : v->f_bsize;
	struct sample s;

	if (v->f_blocks == 0)
		return 0;
	sample_init(&s, &space);
	slug_make(point, strlen(point), s.instance);
	s.values[M_USED] = in_bytes(over(v->f_blocks, v->f_bfree), size);
	s.values[M_RESERVED] = in_bytes(over(v->f_bfree, v->f_bavail), size);
	s.values[M_FREE] = in_bytes(v->f_bavail, size);
	if (sink->put(sink, &s, err) != 0)
		return -1;
	if (v->f_files == 0)
		return 0;
	s.family = &inodes;
	s.values[I_USED] = VALUE_OF_U(over(v->f_files, v->f_ffree));
	s.values[I_FREE] = VALUE_OF_U((uint64_t)v->f_ffree);
	return sink->put(sink, &s, err);
}

int
disk_mounts(const char *root, struct mount *list, struct err *err)
{
	static struct source mountinfo = {.path = "proc/self/mountinfo",
					  .other = "proc/1/mountinfo"};
	struct text in;

	if (source_read(&mountinfo, root, &in, err) != 0)
		return -1;
	return (int)mounts_choose(in, list);
}

int
disk_ask(const char *root, const char *point, struct statvfs *out,
	 struct err *err)
{
	char full[SOURCE_PATH_MAX];
	struct stat st;

	if (!source_path(root, point, full))
		return err_set(err, ERR_TOO_LARGE, "%.60s…: name too long",
			       point);
	/* a container's /etc/hosts is a mount, too */
	if (stat(full, &st) != 0)
		return err_sys(err, errno, "%s: stat", full);
	if (!S_ISDIR(st.st_mode))
		return 0;
	if (statvfs(full, out) != 0)
		return err_sys(err, errno, "%s: statvfs", full);
	return 1;
}
