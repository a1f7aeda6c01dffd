/* SPDX-License-Identifier: MIT */
/*
 * Shortcodes: live pieces inside the user's text and dashboards.
 *
 *   graph CLUSTER/HOST/FAMILY[.INSTANCE][/RANGE] [wide]   a picture
 *   value CLUSTER/HOST/FAMILY[.INSTANCE] [METRIC]	   the newest value
 *   gauge CLUSTER/HOST/FAMILY[.INSTANCE]		   the used share
 *   sparkline CLUSTER/HOST/FAMILY[.INSTANCE][/RANGE]	   a small curve
 *   status CLUSTER/HOST				   state and reason
 *   badge CLUSTER/HOST[/FAMILY[.INSTANCE]]		   a badge's picture
 *
 * A host or series nobody has heard of yet is shown as "no data": a runbook
 * may be written before its server.  An unknown word is an error.
 */
#ifndef WWW_SHORT_H
#define WWW_SHORT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct buf;
struct site;

/*
 * Appends the HTML of one shortcode, text being what stands between {{ and
 * }}.  *block is set when it is a block of its own (a figure), not a part of
 * a line.  -1 with ERR_CONFIG, without a place, when it is wrong.
 */
int short_put(struct site *s, const char *text, size_t len, struct buf *b,
	      bool *block, struct err *err);

#endif
