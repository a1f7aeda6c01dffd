/* SPDX-License-Identifier: MIT */
/*
 * A PNG writer for pictures of few colours: one palette byte a pixel, each
 * row filtered against the one above (what repeats becomes 0), run-length
 * deflate.  A picture of over 256 colours has its lowest bits dropped until
 * it fits.  PNG 1.2 (ISO 15948); text in iTXt chunks.
 */
#ifndef RRD_PNG_H
#define RRD_PNG_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;

struct png_text {
	const char *key;  /* 1 to 79 bytes of Latin-1 */
	const char *text; /* UTF-8; NULL: no chunk */
};

/*
 * Appends the picture of width * height pixels 0x??RRGGBB, row by row.
 * scale 2 is noted as twice the pixels an inch.
 */
int png_write(const uint32_t *pixels, unsigned width, unsigned height,
	      unsigned scale, const struct png_text *texts, size_t n_texts,
	      struct buf *out, struct err *err);

#endif
