/* SPDX-License-Identifier: MIT */
/*
 * Judging one RRD file: is it whole, laid out as its family says, fully
 * allocated, do its rows agree with each other and with the log.  Reads only.
 */
#ifndef RRD_CHECK_H
#define RRD_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/registry.h"
#include "rrd/tree.h"

struct gate;
struct latest;

enum check_fault {
	CHECK_DAMAGED,	/* not a whole RRD file */
	CHECK_SPARSE,	/* has holes: SIGBUS on a full disk */
	CHECK_ORPHAN,	/* its family is not in the registry */
	CHECK_SCHEMA,	/* laid out otherwise than its family says */
	CHECK_SHIFTED,	/* a row pointer is not where time puts it */
	CHECK_DISAGREE, /* rows of two resolutions contradict each other */
	CHECK_BEHIND,	/* samples older than two drains are not in it */
	CHECK_AHEAD,	/* newer than the table of last values knows */
	CHECK_MISSING,	/* the table has samples and there is no file */
	CHECK_FAULT__MAX
};

/* The fault's stable word, and what to do about it. */
const char *check_word(enum check_fault fault);
const char *check_fix(enum check_fault fault);

/* Row pointers of a file at one time, from a HEADER in the log. */
struct check_base {
	int64_t last_s;
	uint64_t static_hash;
	size_t n_rra;
	uint64_t cur_row[];
};

struct check {
	const char *state;
	struct registry *registry;
	struct gate *gate;
	struct latest *latest; /* may be NULL */
	int64_t now_s;
	int drain_s;
	/* the oldest HEADER of a path in the log, or NULL */
	const struct check_base *(*base)(const char *path, void *arg);
	void *base_arg;
	/* one finding; text says more */
	void (*found)(const char *path, enum check_fault fault,
		      const char *text, void *arg);
	void *arg;
};

/* Checks a file and reports every fault; the number of them. */
int check_file(const struct check *c, const struct tree_file *f);

/*
 * How many rows of a coarser archive contradict those of the finest one of
 * the same consolidation, of *n compared: known throughout and not all equal.
 * Pure; an intact file has none.
 */
struct source;
size_t check_rows(const struct source *s, size_t *n);

#endif
