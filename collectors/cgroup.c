/* SPDX-License-Identifier: MIT */
/* Finding the limits that hold for us: see cgroup.h. */
#include "collectors/cgroup.h"

#include <stdio.h>
#include <string.h>

#include "collectors/source.h"
#include "core/number.h"

#define CGROUP_ROOT "sys/fs/cgroup"
/* version 1 says "no limit" with a number near 2^63 */
#define NO_LIMIT_BYTES (UINT64_C(1) << 60)
#define CORES_MAX      8192

static struct source self = {.path = "proc/self/cgroup",
			     .other = "proc/1/cgroup"};

static bool
has_controller(struct text list, const char *controller)
{
	struct text rest;
	bool more;

	do {
		more = text_cut(&list, ',', &rest);
		if (text_is(list, controller))
			return true;
		list = rest;
	} while (more);
	return false;
}

/* Whether a part of the path is "..": its group is out of sight. */
static bool
leads_out(struct text path)
{
	struct text rest;
	bool more;

	do {
		more = text_cut(&path, '/', &rest);
		if (text_is(path, ".."))
			return true;
		path = rest;
	} while (more);
	return false;
}

bool
cgroup_parse(struct text in, const char *controller, char out[CGROUP_PATH_SIZE])
{
	struct text id, list, path;

	while (text_line(&in, &id)) {
		if (!text_cut(&id, ':', &list) || !text_cut(&list, ':', &path))
			continue;
		if (!has_controller(list, controller))
			continue;
		if (path.len == 0 || path.at[0] != '/')
			return false;
		return text_copy(leads_out(path) ? text_of("/") : path, out,
				 CGROUP_PATH_SIZE);
	}
	return false;
}

bool
cgroup_parse_cpu_max(struct text in, double *cores)
{
	struct text line, quota;
	uint64_t quota_us, period_us;

	if (!text_line(&in, &line) || !text_word(&line, &quota) ||
	    !text_u64(&line, &period_us) || period_us == 0)
		return false;
	if (text_is(quota, "max")) {
		*cores = 0;
		return true;
	}
	if (!number_u64(quota.at, quota.len, &quota_us))
		return false;
	*cores = (double)quota_us / (double)period_us;
	return true;
}

/* Removes the last part of a path; false when it was the top. */
static bool
go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || strcmp(path, "/") == 0)
		return false;
	slash[slash == path ? 1 : 0] = '\0';
	return true;
}

/* Whether the group in g->folder limits the thing; *limit is its own. */
typedef bool limit_fn(const char *root, const struct cgroup *g, void *limit);

/* Goes from our own group up to one with a limit. */
static bool
find(const char *root, const char *controller, limit_fn *has_limit,
     struct cgroup *out, void *limit)
{
	char path[CGROUP_PATH_SIZE];
	struct cgroup g;
	struct text in;

	g.v2 = source_exists(root, CGROUP_ROOT "/cgroup.controllers");
	if (source_read(&self, root, &in, NULL) != 0 ||
	    !cgroup_parse(in, g.v2 ? "" : controller, path))
		return false;
	do {
		(void)snprintf(g.folder, sizeof(g.folder), CGROUP_ROOT "%s%s%s",
			       g.v2 ? "" : "/", g.v2 ? "" : controller, path);
		if (has_limit(root, &g, limit)) {
			*out = g;
			return true;
		}
	} while (go_up(path));
	return false;
}

static bool
memory_limit(const char *root, const struct cgroup *g, void *limit)
{
	char file[sizeof(g->folder) + 32];
	uint64_t bytes;

	(void)snprintf(file, sizeof(file), "%s/%s", g->folder,
		       g->v2 ? "memory.max" : "memory.limit_in_bytes");
	if (!source_u64(root, file, &bytes) || bytes >= NO_LIMIT_BYTES ||
	    bytes == 0)
		return false;
	*(uint64_t *)limit = bytes;
	return true;
}

static bool
cpu_limit(const char *root, const struct cgroup *g, void *limit)
{
	char file[sizeof(g->folder) + 32];
	uint64_t quota_us, period_us;
	double cores = 0;
	struct text in;

	if (g->v2) {
		(void)snprintf(file, sizeof(file), "%s/cpu.max", g->folder);
		if (source_read_path(root, file, &in, NULL) != 0 ||
		    !cgroup_parse_cpu_max(in, &cores))
			return false;
	} else {
		/* no limit is -1, which is no such number */
		(void)snprintf(file, sizeof(file), "%s/cpu.cfs_quota_us",
			       g->folder);
		if (!source_u64(root, file, &quota_us))
			return false;
		(void)snprintf(file, sizeof(file), "%s/cpu.cfs_period_us",
			       g->folder);
		if (!source_u64(root, file, &period_us) || period_us == 0)
			return false;
		cores = (double)quota_us / (double)period_us;
	}
	if (cores <= 0 || cores > CORES_MAX)
		return false;
	*(double *)limit = cores;
	return true;
}

bool
cgroup_find_memory(const char *root, struct cgroup *out, uint64_t *limit_bytes)
{
	return find(root, "memory", memory_limit, out, limit_bytes);
}

bool
cgroup_find_cpu(const char *root, struct cgroup *out, double *limit_cores)
{
	return find(root, "cpu", cpu_limit, out, limit_cores);
}
