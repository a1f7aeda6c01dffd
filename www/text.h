/* SPDX-License-Identifier: MIT */
/*
 * Numbers as people say them: "38 %", "22.7 GiB", "4.1 MB/s", "12 min".
 * Plain text for HTML content; a no-break space (U+00A0) before the unit.
 * NaN is a dash.
 */
#ifndef WWW_TEXT_H
#define WWW_TEXT_H

#include <stdint.h>

struct buf;

void text_percent(struct buf *b, double ratio); /* 0.38 -> "38 %" */
void text_bytes(struct buf *b, double bytes);	/* powers of 1024 */
void text_rate(struct buf *b, double bytes_s);	/* powers of 1000, per s */
void text_age(struct buf *b, int64_t seconds);	/* "4 s", "12 min", "3 d" */

/* Three significant digits and an SI prefix where it is large or small. */
void text_number(struct buf *b, double v);

/* v in its family's unit: bytes, bytes/s, percent, seconds or plain. */
void text_value(struct buf *b, double v, const char *unit);

/* A count in words up to twelve: "no", "one", "two"… then digits. */
void text_count(struct buf *b, int n);

/* "12:03:20 UTC" of a wall time. */
void text_clock(struct buf *b, int64_t t_s);

#endif
