/* SPDX-License-Identifier: MIT */
/* Paths and slugs: what parses formats back to itself; every slug is valid. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char slug[SLUG_MAX + 1], back[PATH_SIZE];
	struct path p;
	struct value v;
	struct err err;

	slug_make(text, size, slug);
	if (!slug_valid(slug, strlen(slug)) || strchr(slug, '/') != NULL)
		abort();
	if (path_parse(text, size, &p, &err) == 0 &&
	    (path_format(&p, back) != size || memcmp(back, text, size) != 0))
		abort();
	(void)number_value(text, size, &v);
	return 0;
}
