/* SPDX-License-Identifier: MIT */
/*
 * Turns the lines that a foreign program writes to its standard error into
 * log lines of ours, so that all of `robin run` speaks JSON.
 */
#ifndef CLI_RELAY_H
#define CLI_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct relay {
	int fd; /* the reading end; -1: nothing to relay */
	size_t len;
	char line[1024]; /* what has arrived of a line */
};

/* Makes the pipe; *write_end is for the child.  The reading end does not
 * block. */
int relay_open(struct relay *r, int *write_end, struct err *err);

/* Logs the whole lines that have arrived, with name before each. */
void relay_read(struct relay *r, const char *name);

void relay_close(struct relay *r);

#endif
