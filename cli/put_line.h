/* SPDX-License-Identifier: MIT */
/*
 * One line of `robin put`: "PATH TIME V1[:V2…]", fields separated by blanks
 * or tabs.  Pure; the bytes are hostile; fuzzed.
 */
#ifndef CLI_PUT_LINE_H
#define CLI_PUT_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/family.h"
#include "core/number.h"

#define PUT_LINE_MAX 65536 /* bytes of a line, without its end */

struct put_line {
	const char *path; /* borrowed from the line; not checked yet */
	size_t path_len;
	int64_t time_s;
	size_t n_values; /* 1 … FAMILY_METRICS_MAX */
	struct value values[FAMILY_METRICS_MAX];
};

/*
 * Splits a line (without its newline; a final CR is dropped) and reads its
 * numbers.  ERR_INVALID says what is wrong in a few words, without bytes of
 * the line.
 */
int put_line_parse(const char *text, size_t len, struct put_line *out,
		   struct err *err);

#endif
