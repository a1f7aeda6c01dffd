/* SPDX-License-Identifier: MIT */
/*
 * Robin's own figures, as far as the collecting program knows them: what its
 * passes cost, what became of their samples, how large the log is.
 */
#include "collectors/collector.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/source.h"
#include "collectors/stats.h"
#include "core/state.h"

#define MAX_RATE  1e6
#define MAX_BYTES 1e15

enum { M_STORED, M_REFUSED, M_SKIPPED };

static const struct metric metrics[] = {
    [M_STORED] = {.name = "stored",
		  .label = "samples stored",
		  .unit = "1/s",
		  .help = "Samples that are safely in the log",
		  .kind = METRIC_ABSOLUTE,
		  .draw = DRAW_AREA,
		  .min = 0,
		  .max = MAX_RATE},
    [M_REFUSED] = {.name = "refused",
		   .label = "samples refused",
		   .unit = "1/s",
		   .help = "Samples the log did not take: too old, too far "
			   "ahead, or no room",
		   .kind = METRIC_ABSOLUTE,
		   .draw = DRAW_LINE,
		   .min = 0,
		   .max = MAX_RATE},
    [M_SKIPPED] = {.name = "skipped",
		   .label = "runs skipped",
		   .unit = "1/s",
		   .help = "Runs of a collector that did not happen in time",
		   .kind = METRIC_ABSOLUTE,
		   .draw = DRAW_LINE,
		   .min = 0,
		   .max = MAX_RATE},
};

static const struct family samples = {
    .name = "robin",
    .title = "Robin: samples",
    .unit = "1/s",
    .help = "What became of the samples that were taken",
    .category = "robin",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
};

enum { T_PASS, T_CPU };

static const struct metric time_metrics[] = {
    [T_PASS] = {.name = "pass",
		.label = "a pass, until stored",
		.unit = "seconds",
		.help = "How long the last pass took, storing included",
		.raw_unit = "seconds",
		.kind = METRIC_GAUGE,
		.draw = DRAW_AREA,
		.min = 0,
		.max = 86400},
    [T_CPU] = {.name = "cpu",
	       .label = "CPU time of it",
	       .unit = "seconds",
	       .help = "CPU time the last pass took",
	       .raw_unit = "seconds",
	       .kind = METRIC_GAUGE,
	       .draw = DRAW_LINE,
	       .min = 0,
	       .max = 86400},
};

static const struct family times = {
    .name = "robin_collect",
    .title = "Robin: collecting",
    .unit = "seconds",
    .help = "How long a pass over all collectors takes",
    .category = "robin",
    COLLECT_FAMILY,
    COLLECT_METRICS(time_metrics),
};

enum { S_LOG, S_MEMORY };

static const struct metric size_metrics[] = {
    [S_LOG] = {.name = "log",
	       .label = "the log",
	       .unit = "bytes",
	       .help = "Size of the write-ahead log on disk",
	       .raw_unit = "bytes",
	       .kind = METRIC_GAUGE,
	       .draw = DRAW_LINE,
	       .min = 0,
	       .max = MAX_BYTES},
    [S_MEMORY] = {.name = "memory",
		  .label = "the collector in memory",
		  .unit = "bytes",
		  .help = "Memory robin-collect has resident, shared pages "
			  "included",
		  .raw_unit = "bytes",
		  .kind = METRIC_GAUGE,
		  .draw = DRAW_LINE,
		  .min = 0,
		  .max = MAX_BYTES},
};

static const struct family sizes = {
    .name = "robin_size",
    .title = "Robin: sizes",
    .unit = "bytes",
    .help = "How large Robin's log and its collector are",
    .category = "robin",
    COLLECT_FAMILY,
    COLLECT_METRICS(size_metrics),
};

static const struct family *const families[] = {&samples, &times, &sizes, NULL};

static uint64_t
take(uint64_t *counter)
{
	uint64_t v = *counter;

	*counter = 0;
	return v;
}

static struct value
seconds(double s)
{
	return s >= 0 ? VALUE_OF_F(s) : VALUE_NONE;
}

/* Bytes on disk of the log's files. */
static struct value
log_bytes(void)
{
	char path[PATH_MAX];
	struct dirent *e;
	uint64_t sum = 0;
	struct stat st;
	DIR *dir;

	if (state_path(collect_stats.state, STATE_LOG, path, sizeof(path),
		       NULL) != 0 ||
	    (dir = opendir(path)) == NULL)
		return VALUE_NONE;
	while ((e = readdir(dir)) != NULL)
		if (fstatat(dirfd(dir), e->d_name, &st, 0) == 0 &&
		    S_ISREG(st.st_mode))
			sum += (uint64_t)st.st_blocks * 512;
	(void)closedir(dir);
	return VALUE_OF_U(sum);
}

/* Our own resident memory, from /proc/self/statm (pages). */
static struct value
resident(void)
{
	static struct source statm = {.path = "proc/self/statm"};
	struct text in, line;
	uint64_t pages;

	if (source_read(&statm, "/", &in, NULL) != 0 ||
	    !text_line(&in, &line) || !text_skip(&line, 1) ||
	    !text_u64(&line, &pages))
		return VALUE_NONE;
	return VALUE_OF_U(pages * (uint64_t)sysconf(_SC_PAGESIZE));
}

static bool
available(const char *root)
{
	(void)root;
	return collect_stats.state != NULL;
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	struct sample s;

	(void)root;
	sample_init(&s, &samples);
	s.values[M_STORED] = VALUE_OF_U(take(&collect_stats.stored));
	s.values[M_REFUSED] = VALUE_OF_U(take(&collect_stats.refused));
	s.values[M_SKIPPED] = VALUE_OF_U(take(&collect_stats.skipped));
	/* one pass and no more has nothing to say yet */
	if (collect_stats.pass_s >= 0 && sink->put(sink, &s, err) != 0)
		return -1;
	sample_init(&s, &times);
	s.values[T_PASS] = seconds(collect_stats.pass_s);
	s.values[T_CPU] = seconds(collect_stats.cpu_s);
	if (collect_stats.pass_s >= 0 && sink->put(sink, &s, err) != 0)
		return -1;
	sample_init(&s, &sizes);
	s.values[S_LOG] = log_bytes();
	s.values[S_MEMORY] = resident();
	return sink->put(sink, &s, err);
}

const struct collector collect_robin = {
    .name = "robin",
    .help = "Robin's own: what a pass costs, samples stored, size of the log",
    .families = families,
    .available = available,
    .collect = collect,
};
