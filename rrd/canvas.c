/* SPDX-License-Identifier: MIT */
/* What both canvases share: see canvas.h. */
#include "rrd/canvas.h"

int
canvas_finish(struct canvas *c, struct buf *out, struct err *err)
{
	return c->ops->finish(c, out, err);
}

void
canvas_free(struct canvas **c)
{
	if (c == NULL || *c == NULL)
		return;
	(*c)->ops->drop(*c);
	*c = NULL;
}
