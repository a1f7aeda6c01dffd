/* SPDX-License-Identifier: MIT */
/* The words of a metric's enums, and its data source's name. */
#include "core/metric.h"

#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define DS_NAME_MAX  (METRIC_DS_SIZE - 1)
#define DS_NAME_KEEP 12

static const char *const kinds[METRIC_KIND__MAX] = {
    [METRIC_GAUGE] = "gauge",
    [METRIC_DERIVE] = "derive",
    [METRIC_DDERIVE] = "dderive",
    [METRIC_ABSOLUTE] = "absolute",
};

static const char *const draws[METRIC_DRAW__MAX] = {
    [DRAW_LINE] = "line",     [DRAW_AREA] = "area",	[DRAW_STACK] = "stack",
    [DRAW_MIRROR] = "mirror", [DRAW_HIDDEN] = "hidden",
};

static const char *const roles[METRIC_ROLE__MAX] = {
    [ROLE_NONE] = "none",
    [ROLE_CPU_USED] = "cpu_used",
    [ROLE_CPU_FREE] = "cpu_free",
    [ROLE_MEMORY_USED] = "memory_used",
    [ROLE_MEMORY_FREE] = "memory_free",
    [ROLE_SWAP_USED] = "swap_used",
    [ROLE_SWAP_FREE] = "swap_free",
    [ROLE_DISK_USED] = "disk_used",
    [ROLE_DISK_FREE] = "disk_free",
    [ROLE_INODES_USED] = "inodes_used",
    [ROLE_INODES_FREE] = "inodes_free",
    [ROLE_NETWORK_IN] = "network_in",
    [ROLE_NETWORK_OUT] = "network_out",
    [ROLE_NETWORK_ERRORS] = "network_errors",
    [ROLE_LOAD] = "load",
    [ROLE_PRESSURE] = "pressure",
    [ROLE_UPTIME] = "uptime",
    [ROLE_TEMPERATURE] = "temperature",
    [ROLE_UP] = "up",
    [ROLE_REQUESTS] = "requests",
    [ROLE_FAILURES] = "failures",
    [ROLE_EXCEPTIONS] = "exceptions",
};

static int
word_find(const char *const *words, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(words[i], name) == 0)
			return i;
	return -1;
}

const char *
metric_kind_name(enum metric_kind kind)
{
	return (unsigned)kind < METRIC_KIND__MAX ? kinds[kind] : "gauge";
}

const char *
metric_draw_name(enum metric_draw draw)
{
	return (unsigned)draw < METRIC_DRAW__MAX ? draws[draw] : "line";
}

const char *
metric_role_name(enum metric_role role)
{
	return (unsigned)role < METRIC_ROLE__MAX ? roles[role] : "none";
}

int
metric_kind_find(const char *name)
{
	return word_find(kinds, METRIC_KIND__MAX, name);
}

int
metric_draw_find(const char *name)
{
	return word_find(draws, METRIC_DRAW__MAX, name);
}

int
metric_role_find(const char *name)
{
	return word_find(roles, METRIC_ROLE__MAX, name);
}

void
metric_ds_name(const char *name, char out[METRIC_DS_SIZE])
{
	size_t len = strlen(name);

	if (len <= DS_NAME_MAX) {
		memcpy(out, name, len + 1);
		return;
	}
	(void)snprintf(out, METRIC_DS_SIZE, "%.*s_%06llx", DS_NAME_KEEP, name,
		       (unsigned long long)(XXH64(name, len, 0) >> 40));
}
