/* SPDX-License-Identifier: MIT */
/* Samples: see sample.h. */
#include "core/sample.h"

#include <string.h>

void
sample_init(struct sample *s, const struct family *family)
{
	s->family = family;
	s->instance[0] = s->cluster[0] = s->host[0] = '\0';
	s->time_s = 0;
	for (size_t i = 0; i < family->n_metrics; i++)
		s->values[i] = VALUE_NONE;
}
