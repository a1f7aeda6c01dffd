/* SPDX-License-Identifier: MIT */
/* What the families of tests have in common, and the one that most use. */
#ifndef TESTS_UNIT_FAMILY_H
#define TESTS_UNIT_FAMILY_H

#include <math.h>

#include "core/family.h"

/* Members of a struct family of short files; name, title and metrics follow. */
#define FAMILY_OF_TESTS                                                        \
	.unit = "x", .help = "h", .category = "c", .profile = "bench",         \
	.step_s = 10, .heartbeat_s = 120, .lower_limit = NAN,                  \
	.upper_limit = NAN, .declared = true

/* A gauge of 0 to 1000 and a counter. */
static const struct metric two_metrics[] = {
    {.name = "used", .kind = METRIC_GAUGE, .min = 0, .max = 1000},
    {.name = "count", .kind = METRIC_DERIVE, .min = 0, .max = NAN},
};
__attribute__((unused)) static const struct family two = {
    FAMILY_OF_TESTS, .name = "two",	     .title = "Two",
    .n_metrics = 2,  .metrics = two_metrics,
};

#endif
