/* SPDX-License-Identifier: MIT */
/*
 * The parsers of kernel text: every one over the same bytes.  What they give
 * must lie inside its bounds; iterators must come to an end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collectors/cgroup.h"
#include "collectors/diskname.h"
#include "collectors/mounts.h"
#include "collectors/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
lines(struct text in)
{
	struct disk_counters d;
	struct net_counters c;
	struct cpu_ticks t;
	struct text at;

	for (at = in; parse_cpu(&at, &t);) {
		struct cpu_ticks now = t;

		need(t.core >= -1 && t.core < 8192);
		cpu_ticks_keep_rising(&t, &now, 100);
		need(memcmp(&now, &t, sizeof(t)) == 0);
	}
	for (at = in; parse_diskstats(&at, &d);) {
		need(strlen(d.name) > 0 && strlen(d.name) < sizeof(d.name));
		need(!diskname_is_part(d.name, d.name));
		(void)diskname_is_left_out(d.name);
	}
	for (at = in; parse_netdev(&at, &c);)
		need(strlen(c.name) > 0 && strlen(c.name) < sizeof(c.name));
}

static void
wholes(struct text in)
{
	struct pressure_line some, full;
	char path[CGROUP_PATH_SIZE];
	struct loadavg l = {0};
	double v = 0;

	if (parse_loadavg(in, &l))
		need(l.m1 - l.m1 == 0);
	if (parse_uptime(in, &v) || cgroup_parse_cpu_max(in, &v))
		need(v - v == 0);
	if (parse_pressure(in, &some, &full))
		need(some.known && some.avg10 - some.avg10 == 0);
	(void)parse_pid_state(in);
	if (cgroup_parse(in, "memory", path) || cgroup_parse(in, "", path))
		need(path[0] == '/' && strstr(path, "/../") == NULL);
}

static void
keys(struct text in)
{
	uint64_t a = 1, b = 2;
	const struct text_key k[] = {{"MemTotal", &a}, {"ctxt", &b}};
	size_t n = text_keys(in, k, 2);

	need(n <= 2 && (n > 0 || (a == 1 && b == 2)));
}

static void
mounts(struct text in)
{
	static struct mount list[MOUNTS_MAX];
	char point[MOUNT_POINT_SIZE];
	size_t n = mounts_choose(in, list);

	need(n <= MOUNTS_MAX);
	for (size_t i = 0; i < n; i++)
		if (mounts_point(list[i].line.point, point))
			need(point[0] == '/');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = {.at = (const char *)data, .len = size};

	lines(in);
	wholes(in);
	keys(in);
	mounts(in);
	return 0;
}
