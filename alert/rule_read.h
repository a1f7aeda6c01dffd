/* SPDX-License-Identifier: MIT */
/*
 * Rules as YAML: one table of keys.  A rule whose name exists already is
 * changed by the keys it states, so an operator's file says only what
 * differs from the built-in rules.
 */
#ifndef ALERT_RULE_READ_H
#define ALERT_RULE_READ_H

#include <stdbool.h>

#include "alert/rule.h"
#include "core/err.h"
#include "core/yaml.h"

struct buf;

/* Reads the map of rules (name: {key: value…}) into rs. */
int rules_read(struct rules *rs, const struct yaml_tree *y,
	       const struct yaml_item *map, bool built_in, struct err *err);

/* Adds the built-in rules; they are YAML too. */
int rules_defaults(struct rules *rs, struct err *err);
extern const char rules_default_text[];

/* Adds a rule for each default alert of a family that no rule covers. */
int rules_of_family(struct rules *rs, const struct family *f, struct err *err);

/* Scalars, as rules and settings write them.  The whole text or -1. */
int rule_number(const char *text, double *out);	   /* 5, 1.5, 95% */
int rule_duration(const char *text, int32_t *out); /* 0, 90s, 5m, 3d */
int rule_line(const char *text, double *out);	   /* number, duration, none */
int rule_hours_parse(const char *text, struct rule_hours *out);

/* Reference of the keys as Markdown rows. */
void rules_docs(struct buf *out);

#endif
