/* SPDX-License-Identifier: MIT */
/*
 * What a route accepts, as tables: parameters with a type and bounds, and
 * the validated fields that come out.  A handler sees only fields.  The
 * OpenAPI file is written from the same tables.
 */
#ifndef FCGI_PARAM_H
#define FCGI_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/path.h"

#define PARAMS_MAX 16

enum param_type {
	PARAM_SLUG,   /* a cluster, host or instance */
	PARAM_FAMILY, /* a family's name */
	PARAM_LEAF,   /* family[.instance] */
	PARAM_PATH,   /* cluster/host/family[.instance] */
	PARAM_INT,    /* within [min, max] */
	PARAM_TIME,   /* the grammar of core/when.h */
	PARAM_WORD,   /* one of words */
	PARAM_FLAG,   /* no value, "1" or "true" is on; "0" or "false" off */
	PARAM_TYPE__MAX
};

struct param {
	const char *name; /* NULL ends a table */
	enum param_type type;
	bool required;
	int64_t min, max;	  /* PARAM_INT */
	const char *const *words; /* PARAM_WORD, NULL-terminated */
	const char *help;	  /* one sentence, no full stop */
};

struct field {
	bool set;
	const char *text; /* as given; "" when not set */
	int64_t number;	  /* INT, TIME (epoch), WORD (index), FLAG (0 or 1) */
	struct path path; /* PATH, LEAF */
};

/*
 * Validates text for p into out.  now_s is what relative times count from.
 * -1 with ERR_INVALID naming the parameter.
 */
int param_check(const struct param *p, const char *text, int64_t now_s,
		struct field *out, struct err *err);

/* The stable word of a type ("slug", "integer"), for documentation. */
const char *param_type_name(enum param_type type);

#endif
