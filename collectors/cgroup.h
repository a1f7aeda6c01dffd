/* SPDX-License-Identifier: MIT */
/*
 * Control groups: which one this process is in and what limits it.  The
 * parsers are pure; finding reads sys/fs/cgroup.
 */
#ifndef COLLECTORS_CGROUP_H
#define COLLECTORS_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "collectors/text.h"

#define CGROUP_PATH_SIZE 1024

/*
 * The path of a controller ("memory"; "" for version 2) in the text of
 * /proc/PID/cgroup (cgroups(7)).  A path that leads out of what the process
 * can see is "/".  False when the controller is not there.
 */
bool cgroup_parse(struct text in, const char *controller,
		  char out[CGROUP_PATH_SIZE]);

/*
 * cpu.max of version 2 ("50000 100000"): the limit in cores, or 0 when there
 * is none ("max 100000").  False when it is neither.
 */
bool cgroup_parse_cpu_max(struct text in, double *cores);

/* A folder below sys/fs/cgroup that has a limit. */
struct cgroup {
	bool v2;
	char folder[CGROUP_PATH_SIZE + 64]; /* below the root */
};

/*
 * The nearest group at or above our own that limits memory or CPU time.
 * False when none does, which is so outside containers and limited units.
 */
bool cgroup_find_memory(const char *root, struct cgroup *out,
			uint64_t *limit_bytes);
bool cgroup_find_cpu(const char *root, struct cgroup *out, double *limit_cores);

#endif
