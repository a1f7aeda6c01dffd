/* SPDX-License-Identifier: MIT */
/* Runs a program of ours and keeps what it writes. */
#ifndef CLI_CAPTURE_H
#define CLI_CAPTURE_H

#include <stdint.h>

#include "core/err.h"

struct buf;

/*
 * Runs NAME of the program's folder with argv (argv[0] is replaced) and
 * appends its standard output to out.  Its messages are dropped.  -1 when it
 * cannot run, ends with another status than 0, or takes over timeout_ms (it
 * is then killed).
 */
int capture(const char *name, char **argv, int64_t timeout_ms, struct buf *out,
	    struct err *err);

#endif
