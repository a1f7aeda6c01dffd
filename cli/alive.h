/* SPDX-License-Identifier: MIT */
/*
 * Whether one program of the stack still does its work, as a supervisor asks
 * before it starts it again.  Only what a restart would mend counts: a full
 * disk or a sick neighbour is no reason to end a program that works.
 */
#ifndef CLI_ALIVE_H
#define CLI_ALIVE_H

#include <stddef.h>
#include <stdint.h>

#include "core/conf.h"
#include "core/err.h"

struct alive_role {
	const char *name;    /* "store", "pictures" */
	const char *program; /* the file that process 1 runs */
	const char *word;    /* an argument it then has, or NULL */
	/* Blocks at most timeout_ms; the error says what was looked at. */
	int (*check)(const struct conf *c, int64_t timeout_ms, struct err *err);
};

/* Ends with a row without name. */
extern const struct alive_role alive_roles[];

/* NULL when there is no such role. */
const struct alive_role *alive_find(const char *name);

/*
 * The role of a command line as /proc/PID/cmdline has it (words that end in
 * NUL; a title that a program wrote over it is one word).  Init programs in
 * front of it are skipped.  NULL: none of ours.
 */
const struct alive_role *alive_of_command(const char *text, size_t len);

#endif
