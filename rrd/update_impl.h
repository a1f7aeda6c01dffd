/* SPDX-License-Identifier: MIT */
/* What update.c (the file), update_pdp.c (samples to steps) and update_cdp.c
 * (steps to rows) share; nobody else includes it. */
#ifndef RRD_UPDATE_IMPL_H
#define RRD_UPDATE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RRD_EXPORT_DEPRECATED /* the structs of the file format */
#include <rrd.h>
#include <rrd_format.h>

#include "core/family.h"
#include "rrd/update.h"

enum update_kind {
	UPDATE_GAUGE,
	UPDATE_ABSOLUTE,
	UPDATE_DERIVE,
	UPDATE_DDERIVE,
	UPDATE_KIND__MAX
};

/* A value of an argument, as text and as what it says. */
struct update_reading {
	const char *text;
	size_t len;
	bool known;
	uint64_t whole; /* of a DERIVE */
	double number;	/* of the others */
};

/* A data source, and its reading before. */
struct update_ds {
	enum update_kind kind;
	double heartbeat_s, min, max;
	unival *scratch; /* enum pdp_par_en */
	char *last_ds;	 /* where the file keeps the reading's text */
	struct update_reading last;
};

/* Steps that ended at once, with the same value. */
struct update_step {
	uint64_t n;
	uint64_t before; /* steps since 1970 when they began */
};

struct update {
	size_t n_ds, n_rra;
	uint64_t step_s;
	uint64_t rows_at; /* offset of the first archive's rows */
	const rra_def_t *rra;
	live_head_t *live;
	cdp_prep_t *cdp;
	rra_ptr_t *ptr;
	double nan; /* librrd's, to the bit */
	struct update_step *steps;
	double *rates; /* n_ds for each of steps */
	size_t n_steps;
	struct update_ds ds[FAMILY_METRICS_MAX];
};

/* Binds to a header; false when it has what only librrd knows. */
bool update_bind(struct update *u, struct rrdhead *h);

/* Takes one argument: up to two more steps; false: declined. */
bool update_sample(struct update *u, const char *arg);

/* Notes the last readings in the header. */
void update_seal(struct update *u);

/* Consolidates the steps; -1 when put_rows failed. */
int update_rows(struct update *u, update_row_fn *put_rows, void *arg);

#endif
