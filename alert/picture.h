/* SPDX-License-Identifier: MIT */
/*
 * The graph in a message: the first alert's series from well before it fired
 * until now, with a mark where it fired and its lines.
 */
#ifndef ALERT_PICTURE_H
#define ALERT_PICTURE_H

#include "alert/message.h"

struct buf;

/* Appends a PNG; nothing when there is no series or it cannot be drawn, since
 * a message goes out without a picture if it must. */
void picture_draw(const char *state, const struct message *m, struct buf *png);

#endif
