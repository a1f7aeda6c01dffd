/* SPDX-License-Identifier: MIT */
/*
 * Writing HTML: one format function whose conversions say how a value is
 * escaped, so no page can forget it.
 */
#ifndef WWW_PUT_H
#define WWW_PUT_H

#include <stdint.h>

struct buf;

/*
 * Appends fmt to b.  The text of fmt is trusted markup; its conversions are
 *   %t  const char *  text or attribute value, escaped
 *   %u  const char *  one URL segment, percent-encoded
 *   %p  const char *  a slug as people read it, decoded, then escaped
 *   %s  const char *  trusted markup or a literal of ours, as it is
 *   %d  int           %l  int64_t          %f  double, shortest, 1 decimal
 *   %z  const struct buf *  trusted markup already built
 *   %%  a percent sign
 * Any other conversion is a programmer's mistake (assert).
 */
void put(struct buf *b, const char *fmt, ...);

#endif
