/* SPDX-License-Identifier: MIT */
/*
 * What the collecting daemon gives up before its first pass: new privileges,
 * capabilities but the one to look below other people's folders (statvfs of
 * a mount there), system calls it never makes, other programs and the network
 * unless a collector needs them, and, where the kernel has Landlock, writing
 * anywhere but below STATE.
 */
#ifndef COLLECTORS_RIGHTS_H
#define COLLECTORS_RIGHTS_H

#include "core/err.h"

/* What a collector cannot do without; the union of all counts. */
enum {
	COLLECT_NEEDS_EXEC = 1, /* run other programs (and let them write) */
	COLLECT_NEEDS_NET = 2,	/* connect to other machines */
};

/*
 * Cannot be undone, and holds for children too.  -1 when a part of it failed;
 * what came before that part stays given up.
 */
int rights_drop(const char *state, unsigned needs, struct err *err);

#endif
