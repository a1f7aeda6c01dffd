/* SPDX-License-Identifier: MIT */
/* A sample: one family instance's values at one time, on its way to the log. */
#ifndef CORE_SAMPLE_H
#define CORE_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/number.h"

struct sample {
	const struct family *family; /* borrowed; outlives the sample */
	char instance[SLUG_MAX + 1]; /* slug; "" when there is none */
	char cluster[SLUG_MAX + 1];  /* "" = the collector's own cluster */
	char host[SLUG_MAX + 1];     /* "" = the collector's own host */
	int64_t time_s;		     /* UTC epoch; 0 = the time of the pass */
	struct value values[FAMILY_METRICS_MAX]; /* family->n_metrics used */
};

/*
 * Where collectors put samples.  The receiver copies; put returns 0, or -1
 * when the receiver is out of room (the collector then stops).
 */
struct sample_sink {
	int (*put)(struct sample_sink *sink, const struct sample *s,
		   struct err *err);
};

/* An empty sample of a family: every value unknown, own host, no instance. */
void sample_init(struct sample *s, const struct family *family);

#endif
