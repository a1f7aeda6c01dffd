/* SPDX-License-Identifier: MIT */
/*
 * Readers beside a writer: how long query_series takes, from asking (for a
 * drain where the file is behind, and for the gate) to having the rows.
 *
 *   readers STATE SECONDS FROM_S PATH…   a process for each path
 *
 * Writes one line of JSON: reads, failures, and the median, 99th percentile
 * and longest wait in milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rrd/query.h"

#define READS_MAX 400000

struct tally {
	size_t n, failed;
	double ms[READS_MAX];
};

static double
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
read_on(const char *state, const char *name, int64_t from_s, double seconds,
	struct tally *t)
{
	double end_ms = now_ms() + seconds * 1e3, begin_ms;
	struct err err = {0};
	struct query q;
	struct path p;

	if (path_parse(name, strlen(name), &p, &err) != 0 ||
	    query_open(&q, state, &err) != 0) {
		(void)fprintf(stderr, "readers: %s\n", err.msg);
		t->failed++;
		return;
	}
	while ((begin_ms = now_ms()) < end_ms && t->n < READS_MAX) {
		struct series rows = {0};

		q.behind = false;
		if (query_series(&q, &p, from_s, from_s + 36000, 0,
				 QUERY_AVERAGE, &rows, &err) != 0 ||
		    q.behind)
			t->failed++;
		t->ms[t->n++] = now_ms() - begin_ms;
		series_done(&rows);
		(void)usleep(2000);
	}
	query_close(&q);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static double all[READS_MAX];
	size_t n = 0, failed = 0;
	int readers = argc - 4;
	struct tally *t;

	if (readers < 1)
		return 2;
	t = mmap(NULL, sizeof(*t) * (size_t)readers, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t == MAP_FAILED)
		return 1;
	for (int i = 0; i < readers; i++) {
		if (fork() != 0)
			continue;
		read_on(argv[1], argv[4 + i], strtoll(argv[3], NULL, 10),
			strtod(argv[2], NULL), &t[i]);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < readers; i++) {
		failed += t[i].failed;
		for (size_t k = 0; k < t[i].n && n < READS_MAX; k++)
			all[n++] = t[i].ms[k];
	}
	qsort(all, n, sizeof(*all), by_size);
	if (n == 0)
		return 1;
	(void)printf("{\"reads\":%zu,\"failed\":%zu,\"median_ms\":%.2f,"
		     "\"p99_ms\":%.2f,\"worst_ms\":%.2f}\n",
		     n, failed, all[n / 2], all[n * 99 / 100], all[n - 1]);
	return 0;
}
