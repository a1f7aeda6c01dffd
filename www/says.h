/* SPDX-License-Identifier: MIT */
/* How things are, in a sentence a person would say. */
#ifndef WWW_SAYS_H
#define WWW_SAYS_H

#include "www/fleet.h"

struct buf;

/* The sentence as HTML, the worst thing in it, its host linked. */
void says_sentence(struct buf *b, const struct fleet *f);

/* The same for a browser tab, as plain text: "2 critical: db1, disk …". */
void says_title(struct buf *b, const struct fleet *f);

/* One host's sentence as HTML. */
void says_host(struct buf *b, const struct fleet_host *h);

/* Number of things that need somebody, over all hosts. */
int says_needs(const struct fleet *f);

#endif
