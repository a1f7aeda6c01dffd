/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own counters from /proc/stat (proc(5)): context switches,
 * interrupts, new processes, and how many tasks run or wait right now.
 */
#include "collectors/collector.h"

#include "collectors/source.h"

#define MAX_RATE  1e9
#define MAX_TASKS 1e7

enum { S_SWITCHES, S_INTERRUPTS, S_SOFT };

static const struct metric system_metrics[] = {
    [S_SWITCHES] = {.name = "context_switches",
		    .label = "context switches",
		    .unit = "1/s",
		    .help = "Changes from one task to another",
		    .kind = METRIC_DERIVE,
		    .draw = DRAW_LINE,
		    .min = 0,
		    .max = MAX_RATE},
    [S_INTERRUPTS] = {.name = "interrupts",
		      .label = "interrupts",
		      .unit = "1/s",
		      .help = "Interrupts by hardware",
		      .kind = METRIC_DERIVE,
		      .draw = DRAW_LINE,
		      .min = 0,
		      .max = MAX_RATE},
    [S_SOFT] = {.name = "soft_interrupts",
		.label = "soft interrupts",
		.unit = "1/s",
		.help = "Deferred interrupt work",
		.kind = METRIC_DERIVE,
		.draw = DRAW_LINE,
		.min = 0,
		.max = MAX_RATE},
};

static const struct family system_family = {
    .name = "system",
    .title = "Switches and interrupts",
    .unit = "1/s",
    .help = "How often the kernel changed tasks or was interrupted",
    .category = "system",
    COLLECT_FAMILY,
    COLLECT_METRICS(system_metrics),
};

static const struct metric fork_metrics[] = {
    {.name = "forks",
     .label = "new processes",
     .unit = "1/s",
     .help = "Processes and threads that were started",
     .kind = METRIC_DERIVE,
     .draw = DRAW_AREA,
     .min = 0,
     .max = MAX_RATE},
};

static const struct family forks = {
    .name = "forks",
    .title = "New processes",
    .unit = "1/s",
    .help = "How many processes and threads were started",
    .category = "system",
    COLLECT_FAMILY,
    COLLECT_METRICS(fork_metrics),
};

enum { T_RUNNING, T_BLOCKED };

static const struct metric task_metrics[] = {
    [T_RUNNING] = {.name = "running",
		   .label = "running",
		   .unit = "tasks",
		   .help = "Tasks that run or are ready to",
		   .kind = METRIC_GAUGE,
		   .draw = DRAW_AREA,
		   .min = 0,
		   .max = MAX_TASKS},
    [T_BLOCKED] = {.name = "blocked",
		   .label = "waiting for disk",
		   .unit = "tasks",
		   .help = "Tasks that wait for a disk",
		   .kind = METRIC_GAUGE,
		   .draw = DRAW_STACK,
		   .min = 0,
		   .max = MAX_TASKS},
};

static const struct family tasks = {
    .name = "tasks",
    .title = "Tasks at work",
    .unit = "tasks",
    .help = "How many tasks ran or waited for a disk at that moment",
    .category = "cpu",
    COLLECT_FAMILY,
    COLLECT_METRICS(task_metrics),
};

static const struct family *const families[] = {&system_family, &forks, &tasks,
						NULL};

static struct source stat_file = {.path = "proc/stat"};

enum { K_CTXT, K_INTR, K_SOFTIRQ, K_FORKS, K_RUNNING, K_BLOCKED, K__MAX };

static int
put(struct sample_sink *sink, const struct family *f, const uint64_t *v,
    struct err *err)
{
	struct sample s;

	sample_init(&s, f);
	for (size_t i = 0; i < f->n_metrics; i++)
		if (v[i] != UINT64_MAX)
			s.values[i] = VALUE_OF_U(v[i]);
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
	uint64_t v[K__MAX];
	const struct text_key keys[K__MAX] = {
	    [K_CTXT] = {"ctxt", &v[K_CTXT]},
	    [K_INTR] = {"intr", &v[K_INTR]},
	    [K_SOFTIRQ] = {"softirq", &v[K_SOFTIRQ]},
	    [K_FORKS] = {"processes", &v[K_FORKS]},
	    [K_RUNNING] = {"procs_running", &v[K_RUNNING]},
	    [K_BLOCKED] = {"procs_blocked", &v[K_BLOCKED]},
	};
	struct text in;

	for (size_t i = 0; i < K__MAX; i++)
		v[i] = UINT64_MAX;
	if (source_read(&stat_file, root, &in, err) != 0)
		return -1;
	if (text_keys(in, keys, K__MAX) == 0)
		return err_set(err, ERR_INVALID, "proc/stat: no counters");
	if (put(sink, &system_family, &v[K_CTXT], err) != 0 ||
	    put(sink, &forks, &v[K_FORKS], err) != 0)
		return -1;
	return put(sink, &tasks, &v[K_RUNNING], err);
}

const struct collector collect_system = {
    .name = "system",
    .help = "Context switches, interrupts, new processes and tasks at work",
    .families = families,
    .available = available,
    .collect = collect,
};
