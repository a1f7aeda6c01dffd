/* SPDX-License-Identifier: MIT */
/* Drawing a target into the reply, with its geometry and words. */
#ifndef FCGI_PICTURE_H
#define FCGI_PICTURE_H

#include "core/family.h"
#include "fcgi/notes.h"
#include "fcgi/serve.h"
#include "fcgi/target.h"

/*
 * Draws.  Sets X-Robin-Geometry, a JSON object that says where the plot lies
 * in the picture (pixels before scaling) and what its corners stand for, and
 * X-Robin-Summary, the picture in words; a script reads both with fetch()
 * from the picture that the browser holds already.  notes are those read for
 * the option of that name.
 */
int picture_answer(struct exchange *x, const struct target *t,
		   const struct family *family, const struct notes *notes,
		   struct err *err);

#endif
