/* SPDX-License-Identifier: MIT */
/*
 * Bringing the RRD files of Munin, collectd or Cacti into the store.  The
 * files are read in a sandbox (import_read), rules say which metric each data
 * source is (import_rule), and the rows of each series are laid beside its
 * archive as STATE/rrd/.graft/HASH.rrd.  A REPLACE in the log then lets the
 * writer merge them: what the archive knows stays, what it does not know
 * comes from there.  Nothing below DIR is changed.
 */
#ifndef RRD_IMPORT_H
#define RRD_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/path.h"
#include "core/registry.h"
#include "rrd/import_read.h"
#include "rrd/import_rule.h"

/* One data source of one file, and where it goes. */
struct import_item {
	char *file;
	char path[PATH_SIZE], ds[METRIC_DS_SIZE], kind[METRIC_DS_SIZE];
	struct import_target to;
	int64_t last_s, step_s, heartbeat_s;
	double min, max;
	bool dropped;
};

struct import {
	const char *state, *program, *dir, *cluster, *host; /* host: NULL */
	struct import_rules rules;
	struct registry *registry;
	bool dry;
	struct import_item *items;
	size_t n_items, cap_items;
	size_t n_files, n_skipped, n_series;
	uint64_t n_rows;
	/* what is left out, and why; may be NULL */
	void (*note)(const char *what, const char *why);
	/* a series that comes in, and how many of its rows are known */
	void (*series)(const char *path, size_t n_sources, uint64_t n_rows);
};

/* Looks at every file below dir and finds where its data sources go. */
int import_look(struct import *im, struct err *err);

/* Makes families that are not known yet. */
int import_families(struct import *im, struct err *err);

/* Lays the rows beside the archives and tells the writer; the caller drains.
 */
int import_lay(struct import *im, struct err *err);

void import_done(struct import *im);

#endif
