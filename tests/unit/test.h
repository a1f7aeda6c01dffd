/* SPDX-License-Identifier: MIT */
/* What every unit test includes: cmocka and its prerequisites. */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* fontconfig keeps one pattern for each font cairo has loaded. */
const char *__lsan_default_suppressions(void);
__attribute__((used)) const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

/* Makes a temporary folder and writes its name; remove it with rm_tree. */
static inline void
make_tmp(char out[64])
{
	memcpy(out, "/tmp/robin-unit.XXXXXX", 23);
	assert_non_null(mkdtemp(out));
}

static inline void
rm_tree(const char *path)
{
	char cmd[256];

	(void)snprintf(cmd, sizeof(cmd), "rm -rf -- '%s'", path);
	assert_int_equal(system(cmd), 0);
}

#endif
