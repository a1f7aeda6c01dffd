/* SPDX-License-Identifier: MIT */
/*
 * Processes by what they are doing, from the state letter in /proc/PID/stat
 * (proc(5)).  It reads a file for each process, so it does that once a minute.
 */
#include "collectors/collector.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collectors/parse.h"
#include "collectors/source.h"

#define MAX_PROCESSES 1e7

enum {
	M_RUNNING,
	M_BLOCKED,
	M_SLEEPING,
	M_IDLE,
	M_STOPPED,
	M_ZOMBIE,
	M__MAX,
};

#define STATE(name_, label_, help_, draw_)                                     \
	{                                                                      \
		.name = name_, .label = label_, .unit = "processes",           \
		.help = help_, .kind = METRIC_GAUGE, .draw = draw_, .min = 0,  \
		.max = MAX_PROCESSES,                                          \
	}

static const struct metric metrics[M__MAX] = {
    [M_RUNNING] =
	STATE("running", "running", "Running, or ready to", DRAW_AREA),
    [M_BLOCKED] = STATE("blocked", "waiting for disk",
			"Waiting for a disk or the like, not to be disturbed",
			DRAW_STACK),
    [M_SLEEPING] = STATE("sleeping", "sleeping", "Waiting for something to do",
			 DRAW_STACK),
    [M_IDLE] = STATE("idle", "kernel, idle",
		     "The kernel's own, with nothing to do", DRAW_STACK),
    [M_STOPPED] = STATE("stopped", "stopped", "Stopped by a signal or debugger",
			DRAW_STACK),
    [M_ZOMBIE] =
	STATE("zombie", "zombies",
	      "Ended, and not yet asked after by their parent", DRAW_STACK),
};

static const struct family_alert alerts[] = {
    {.metric = "zombie", .warning = 50, .critical = 500, .for_s = 900},
};

static const struct family family = {
    .name = "processes",
    .title = "Processes",
    .unit = "processes",
    .help = "How many processes there are, and what they are doing",
    .category = "system",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
    COLLECT_ALERTS(alerts),
    .lead = M_SLEEPING,
};

static const struct family *const families[] = {&family, NULL};

/* The metric a state letter counts for, or -1. */
static int
metric_of(char state)
{
	static const struct {
		char letter;
		int metric;
	} states[] = {
	    {'R', M_RUNNING}, {'D', M_BLOCKED}, {'S', M_SLEEPING},
	    {'I', M_IDLE},    {'T', M_STOPPED}, {'t', M_STOPPED},
	    {'Z', M_ZOMBIE},
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (states[i].letter == state)
			return states[i].metric;
	return -1;
}

/* The state letter of one process; 0 when it has just ended. */
static char
state_of(int proc, const char *pid)
{
	char path[300], line[512];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/stat", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return '\0';
	n = read(fd, line, sizeof(line));
	(void)close(fd);
	if (n <= 0)
		return '\0';
	return parse_pid_state((struct text){.at = line, .len = (size_t)n});
}

static bool
available(const char *root)
{
	return source_exists(root, "proc/1/stat");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	char path[SOURCE_PATH_MAX];
	uint64_t counts[M__MAX] = {0};
	struct dirent *e;
	struct sample s;
	DIR *dir;

	if (!source_path(root, "proc", path))
		return err_set(err, ERR_TOO_LARGE, "root: name too long");
	dir = opendir(path);
	if (dir == NULL)
		return err_sys(err, errno, "%s: open", path);
	while ((e = readdir(dir)) != NULL) {
		int m;

		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		m = metric_of(state_of(dirfd(dir), e->d_name));
		if (m >= 0)
			counts[m]++;
	}
	(void)closedir(dir);
	sample_init(&s, &family);
	for (size_t i = 0; i < M__MAX; i++)
		s.values[i] = VALUE_OF_U(counts[i]);
	return sink->put(sink, &s, err);
}

const struct collector collect_processes = {
    .name = "processes",
    .help = "How many processes run, sleep, wait for disk or are zombies",
    .step_s = 60,
    .families = families,
    .available = available,
    .collect = collect,
};
