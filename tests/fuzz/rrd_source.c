/* SPDX-License-Identifier: MIT */
/* An RRD file of any origin: refused, or every row can be asked for. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "rrd/check.h"
#include "rrd/migrate_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct source s;
	struct err err = {0};
	size_t n;

	if (source_parse(&s, data, size, "f", &err) != 0)
		return 0;
	for (size_t i = 0; i < s.n_archives; i++) {
		const struct source_archive *a = &s.archives[i];

		if (a->rows_at + (size_t)a->n_rows * s.n_ds * 8 > size)
			abort();
		for (size_t ds = 0; ds < s.n_ds; ds++) {
			(void)source_row(&s, a, ds, a->end_s);
			(void)source_row(&s, a, ds, source_first_s(a));
			(void)source_row(&s, a, ds, a->end_s + a->step_s);
			(void)source_cdp(&s, i, ds);
			(void)source_value(&s, ds, a->cf, a->step_s, a->end_s);
			(void)source_value(&s, ds, SOURCE_MAX, a->step_s * 3,
					   a->end_s);
		}
	}
	if (size < 65536)
		(void)check_rows(&s, &n);
	return 0;
}
