/* SPDX-License-Identifier: MIT */
/*
 * CPU time by what it was spent on, for the whole machine (family `cpu`) and
 * for each core (`cpu.0` …), from /proc/stat (proc(5)).
 *
 * The kernel counts a guest's time in user too (and a niced guest's in nice);
 * here it is taken out of them, so that the states add up to all time.
 */
#include "collectors/collector.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collectors/parse.h"
#include "collectors/source.h"

#define CORES_MAX 8192

enum {
	M_USER,
	M_SYSTEM,
	M_NICE,
	M_SOFTIRQ,
	M_IRQ,
	M_GUEST,
	M_STEAL,
	M_IOWAIT,
	M_IDLE,
};

#define STATE(name_, label_, help_, draw_, role_)                              \
	{                                                                      \
		.name = name_, .label = label_, .unit = "cores",               \
		.help = help_, .raw_unit = "seconds", .kind = METRIC_DDERIVE,  \
		.draw = draw_, .role = role_, .min = 0, .max = CORES_MAX,      \
	}

static const struct metric metrics[] = {
    [M_USER] = STATE("user", "programs", "Time in programs' own code",
		     DRAW_AREA, ROLE_CPU_USED),
    [M_SYSTEM] = STATE("system", "kernel", "Time in the kernel for programs",
		       DRAW_STACK, ROLE_CPU_USED),
    [M_NICE] = STATE("nice", "low priority",
		     "Time in programs that run at low priority", DRAW_STACK,
		     ROLE_CPU_USED),
    [M_SOFTIRQ] = STATE("softirq", "soft interrupts",
			"Time for deferred interrupt work, mostly network",
			DRAW_STACK, ROLE_CPU_USED),
    [M_IRQ] = STATE("irq", "interrupts", "Time for hardware interrupts",
		    DRAW_STACK, ROLE_CPU_USED),
    [M_GUEST] = STATE("guest", "guests", "Time running virtual machines",
		      DRAW_STACK, ROLE_CPU_USED),
    [M_STEAL] =
	STATE("steal", "stolen", "Time the hypervisor gave to other machines",
	      DRAW_STACK, ROLE_CPU_USED),
    [M_IOWAIT] = STATE("iowait", "waiting for disk",
		       "Idle time while something waited for a disk",
		       DRAW_STACK, ROLE_CPU_FREE),
    [M_IDLE] = STATE("idle", "idle", "Time with nothing to do", DRAW_HIDDEN,
		     ROLE_CPU_FREE),
};

static const struct family_alert alerts[] = {
    {.role = ROLE_CPU_USED, .warning = 90, .critical = 98, .for_s = 900},
};

static const struct family family = {
    .name = "cpu",
    .title = "CPU time",
    .unit = "cores",
    .help = "How many cores were busy, and with what",
    .category = "cpu",
    .instance_label = "core",
    COLLECT_FAMILY,
    .total_and_parts = true,
    COLLECT_METRICS(metrics),
    .lead = M_USER,
    COLLECT_ALERTS(alerts),
};

static const struct family *const families[] = {&family, NULL};

static struct source stat_file = {.path = "proc/stat"};

/* What was last seen of each core ([0] is the total). */
static struct cpu_ticks *seen;
static size_t n_seen;

static void
keep_rising(struct cpu_ticks *now, uint64_t hz)
{
	size_t i = (size_t)(now->core + 1);

	if (i >= n_seen) {
		struct cpu_ticks *p;

		if (i > CORES_MAX)
			return;
		p = realloc(seen, (i + 1) * sizeof(*p));
		if (p == NULL)
			return;
		for (seen = p; n_seen <= i; n_seen++)
			seen[n_seen] = (struct cpu_ticks){0};
	}
	cpu_ticks_keep_rising(&seen[i], now, hz);
	seen[i] = *now;
}

static struct value
seconds(uint64_t ticks, uint64_t hz)
{
	return VALUE_OF_F((double)ticks / (double)hz);
}

static int
put(struct sample_sink *sink, const struct cpu_ticks *t, uint64_t hz,
    struct err *err)
{
	struct sample s;
	char core[16];
	int n;

	sample_init(&s, &family);
	if (t->core >= 0) {
		n = snprintf(core, sizeof(core), "%d", (int)t->core);
		slug_make(core, (size_t)n, s.instance);
	}
	s.values[M_USER] = seconds(t->user, hz);
	s.values[M_SYSTEM] = seconds(t->system, hz);
	s.values[M_NICE] = seconds(t->nice, hz);
	s.values[M_SOFTIRQ] = seconds(t->softirq, hz);
	s.values[M_IRQ] = seconds(t->irq, hz);
	s.values[M_GUEST] = seconds(t->guest, hz);
	s.values[M_STEAL] = seconds(t->steal, hz);
	s.values[M_IOWAIT] = seconds(t->iowait, hz);
	s.values[M_IDLE] = seconds(t->idle, hz);
	return sink->put(sink, &s, err);
}

static bool
available(const char *root)
{
	return source_exists(root, "proc/stat");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	long hz = sysconf(_SC_CLK_TCK);
	struct cpu_ticks t;
	struct text in;
	size_t n = 0;

	if (hz <= 0)
		return err_set(err, ERR_INTERNAL, "no clock tick rate");
	if (source_read(&stat_file, root, &in, err) != 0)
		return -1;
	while (parse_cpu(&in, &t)) {
		if (source_is_live(root))
			keep_rising(&t, (uint64_t)hz);
		if (put(sink, &t, (uint64_t)hz, err) != 0)
			return -1;
		n++;
	}
	if (n == 0)
		return err_set(err, ERR_INVALID, "proc/stat: no CPU line");
	return 0;
}

const struct collector collect_cpu = {
    .name = "cpu",
    .help = "CPU time by state, in total and per core",
    .families = families,
    .available = available,
    .collect = collect,
};
