/* SPDX-License-Identifier: MIT */
/*
 * Space and inodes of the machine's own file systems (statvfs(3)).  What is
 * served from elsewhere is collect_disk_remote.c's, since asking may hang.
 */
#include "collectors/collector.h"

#include "collectors/disk.h"
#include "collectors/source.h"

static bool
available(const char *root)
{
	return source_exists(root, "proc/self/mountinfo") ||
	       source_exists(root, "proc/1/mountinfo");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	static struct mount list[MOUNTS_MAX];
	int n = disk_mounts(root, list, err), rc = n < 0 ? -1 : 0;

	for (int i = 0; i < n; i++) {
		char point[MOUNT_POINT_SIZE];
		struct statvfs v;
		int asked;

		if (list[i].remote || !mounts_point(list[i].line.point, point))
			continue;
		asked = disk_ask(root, point, &v, err);
		/* unreadable or just unmounted: the others count */
		if (asked < 0)
			rc = -1;
		else if (asked > 0 && disk_put(sink, point, &v, err) != 0)
			return -1;
	}
	return rc;
}

const struct collector collect_disk = {
    .name = "disk",
    .help = "Space and inodes of each local file system",
    .families = disk_families,
    .available = available,
    .collect = collect,
};
