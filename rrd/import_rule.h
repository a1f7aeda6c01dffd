/* SPDX-License-Identifier: MIT */
/*
 * Which metric of Robin a data source of another program is.  One rule a
 * line, the first that matches counts:
 *
 *   PATTERN DS TARGET METRIC [SCALE]     or     PATTERN DS -   (left out)
 *
 * PATTERN is the file below the tree without ".rrd", with captures {a} to
 * {z}: as few characters as possible, no slash; {a+}: as many.  DS is the
 * data source or *.  TARGET is FAMILY or FAMILY.INSTANCE and METRIC a name,
 * both with captures put in ({d}: the data source; {i/}: a path whose
 * slashes became dashes, "root" for "/").  Rows are multiplied by SCALE.
 * {h} is the host.  Text from outside becomes names and slugs.  Pure; fuzzed.
 */
#ifndef RRD_IMPORT_RULE_H
#define RRD_IMPORT_RULE_H

#include <stddef.h>

#include "core/err.h"
#include "core/metric.h"
#include "core/path.h"

#define RULE_TEXT_MAX 256

struct import_rule {
	char pattern[RULE_TEXT_MAX], ds[32], target[RULE_TEXT_MAX];
	char metric[RULE_TEXT_MAX];
	double scale;
	int skip;
};

struct import_rules {
	struct import_rule *rules;
	size_t n, cap;
};

/* Where a data source goes; host is empty when the pattern has none. */
struct import_target {
	char host[SLUG_MAX + 1], family[FAMILY_MAX + 1];
	char instance[SLUG_MAX + 1], metric[METRIC_NAME_MAX + 1];
	double scale;
};

/* Adds the rules of a text; ERR_INVALID with "NAME:LINE". */
int import_rules_parse(struct import_rules *r, const char *name,
		       const char *text, size_t len, struct err *err);
void import_rules_free(struct import_rules *r);

/* 1 and *out, or 0 when no rule matches or the one that does leaves it out.
 */
int import_rules_find(const struct import_rules *r, const char *file,
		      const char *ds, struct import_target *out);

/* The built-in rules of "munin", "collectd" or "cacti"; NULL: no such. */
const char *import_rules_of(const char *program);

#endif
