/* SPDX-License-Identifier: MIT */
/*
 * What a pool has done since it started: counters shared by its workers, in
 * a small mapped file (STATE/run/POOL.stats), so that the data pool can show
 * the pictures pool's too.  Counters describe themselves in one table; the
 * exposition and the status page are loops over it.
 */
#ifndef FCGI_STATS_H
#define FCGI_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define STATS_ROUTES_MAX 48

/* Status classes that are counted apart. */
enum stats_class { STATS_2XX, STATS_3XX, STATS_4XX, STATS_5XX, STATS__MAX };

struct stats {
	uint32_t magic, version;
	int64_t start_s; /* wall time the pool started */
	int64_t start_boot_ms;
	_Atomic uint64_t workers;  /* alive now */
	_Atomic uint64_t forks;	   /* workers ever started */
	_Atomic uint64_t deaths;   /* workers that ended without being told */
	_Atomic uint64_t recycled; /* workers that ended by plan */
	_Atomic uint64_t timeouts; /* requests ended by the CPU or wall limit */
	_Atomic uint64_t aborted;  /* clients that left before the end */
	_Atomic uint64_t refused;  /* connections with absurd FastCGI records */
	_Atomic uint64_t sent_bytes;
	_Atomic uint64_t busy_us;   /* wall time spent answering */
	_Atomic uint64_t renders;   /* pictures drawn */
	_Atomic uint64_t render_us; /* CPU time spent drawing */
	_Atomic uint64_t requests[STATS_ROUTES_MAX][STATS__MAX];
};

struct stats_word {
	const char *name; /* as in robin_fcgi_NAME, without unit or _total */
	const char *unit; /* "seconds", "bytes", NULL */
	const char *help;
	size_t offset; /* of the counter in struct stats */
	double scale;  /* counter * scale = value in unit */
	int gauge;
};

/* The files there may be: a pool each, or one for a process of both. */
#define STATS_POOLS 3
extern const char *const stats_pools[STATS_POOLS];

extern const struct stats_word stats_words[];
extern const size_t stats_words_n;

/*
 * Makes the pool's file afresh and maps it for writing.  Memory of this
 * process only where state is NULL, and, with a warning, where its disk is
 * full, read-only or fails: the pool then serves on.  NULL on failure.
 */
struct stats *stats_make(const char *state, const char *pool, struct err *err);

/* Maps another pool's file for reading; NULL (ERR_NOT_FOUND) when it is not
 * there.  The pages are shared: values keep moving. */
const struct stats *stats_open(const char *state, const char *pool,
			       struct err *err);
void stats_close(const struct stats **s);

/* The value of one counter. */
double stats_value(const struct stats *s, const struct stats_word *w);

static inline void
stats_add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

#endif
