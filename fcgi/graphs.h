/* SPDX-License-Identifier: MIT */
/*
 * One resource, four representations: a picture (png, svg) or its numbers
 * (json, csv).  What has not changed is answered without being read.
 */
#ifndef FCGI_GRAPHS_H
#define FCGI_GRAPHS_H

#include "fcgi/serve.h"
#include "fcgi/target.h"

/* Answers a parsed address; its ext chooses the representation.  Its open
 * ends are moved to a row's boundary.
 * ERR_NOT_FOUND for a series that is not there, or the other pool's ext. */
int graphs_answer(struct exchange *x, struct target *t, struct err *err);

#endif
