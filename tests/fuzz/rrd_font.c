/* SPDX-License-Identifier: MIT */
/* Labels from outside: what font_clean lets through, cairo can show. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rrd/font.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* fontconfig keeps one pattern for each font cairo has loaded. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static cairo_t *cr;
	char text[FONT_TEXT_MAX], out[64];

	if (cr == NULL)
		cr = cairo_create(
		    cairo_image_surface_create(CAIRO_FORMAT_RGB24, 64, 32));
	size = size < sizeof text ? size : sizeof text - 1;
	memcpy(text, data, size);
	text[size] = '\0';
	font_fit(FONT_AXIS, 40, text, out, sizeof out);
	if (font_width(FONT_AXIS, out) > 40.01)
		abort();
	font_show(cr, FONT_AXIS, 1, 0, 20, ALIGN_CENTRE, 0, text);
	if (cairo_status(cr) != CAIRO_STATUS_SUCCESS)
		abort();
	return 0;
}
