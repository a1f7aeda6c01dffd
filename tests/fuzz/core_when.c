/* SPDX-License-Identifier: MIT */
/* Times and ranges: results stay in bounds; a canonical form is its own. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/when.h"

#define NOW INT64_C(1795176200)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct when_range r, again;
	struct err err;
	int64_t t_s;

	if (when_parse(text, size, NOW, &t_s, &err) == 0 &&
	    (t_s < 0 || t_s >= WHEN_MAX_S))
		abort();
	if (when_duration(text, size, &t_s, &err) == 0 &&
	    (t_s <= 0 || t_s > WHEN_SPAN_MAX_S))
		abort();
	if (when_range_parse(text, size, NOW, &r, &err) != 0)
		return 0;
	if (r.from_s < 0 || r.from_s >= r.to_s || r.to_s >= WHEN_MAX_S ||
	    r.to_s - r.from_s > WHEN_SPAN_MAX_S)
		abort();
	if (when_range_parse(r.canonical, strlen(r.canonical), NOW, &again,
			     &err) != 0 ||
	    strcmp(r.canonical, again.canonical) != 0 ||
	    r.from_s != again.from_s || r.to_s != again.to_s ||
	    r.absolute != again.absolute)
		abort();
	return 0;
}
