/* SPDX-License-Identifier: MIT */
/* One line of `robin put`: fields, exact numbers, refusals. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "cli/put_line.h"
#include "core/conf.h"
#include "rrd/layout.h"

static struct put_line line;
static struct err err;

static int
parse(const char *text)
{
	memset(&line, 0x55, sizeof(line));
	return put_line_parse(text, strlen(text), &line, &err);
}

static void
fields_are_found(void **unused)
{
	assert_int_equal(parse("local/web1/cpu 1700000000 1:2.5:U"), 0);
	assert_int_equal(line.path_len, 14);
	assert_memory_equal(line.path, "local/web1/cpu", 14);
	assert_int_equal(line.time_s, 1700000000);
	assert_int_equal(line.n_values, 3);
	assert_int_equal(line.values[0].kind, VALUE_UINT);
	assert_int_equal(line.values[0].u, 1);
	assert_int_equal(line.values[1].kind, VALUE_FLOAT);
	assert_true(line.values[1].f > 2.49 && line.values[1].f < 2.51);
	assert_int_equal(line.values[2].kind, VALUE_UNKNOWN);
	assert_int_equal(parse(" \t p \t 5\t6 \r"), 0);
	assert_int_equal(line.path_len, 1);
	assert_int_equal(line.time_s, 5);
}

static void
numbers_stay_exact(void **unused)
{
	assert_int_equal(parse("p 1 18446744073709551615"), 0);
	assert_true(line.values[0].u == UINT64_MAX);
	assert_int_equal(parse("p 1 18446744073709551616"), 0);
	assert_int_equal(line.values[0].kind, VALUE_FLOAT);
	assert_int_equal(parse("p -9223372036854775807 0"), 0);
	assert_true(line.time_s == -INT64_MAX);
	assert_int_equal(parse("p 1 -0.5e-3"), 0);
	assert_true(fabs(line.values[0].f + 0.0005) < 1e-12);
}

static void
what_is_wrong_is_refused(void **unused)
{
	static const char *const wrong[] = {"",
					    " ",
					    "\r",
					    "p",
					    "p 1",
					    "p 1 ",
					    "p 1 2 3",
					    "p x 1",
					    "p 1.5 1",
					    "p +1 1",
					    "p 0x1 1",
					    "p 1 x",
					    "p 1 :",
					    "p 1 1:",
					    "p 1 :1",
					    "p 1 1::2",
					    "p 1 nan",
					    "p 1 inf",
					    "p 1 1e999",
					    "p 1 0x10",
					    "p 1 +1",
					    "p 1 1,5",
					    "p 1 u",
					    "p 1 UU",
					    "p 9223372036854775808 1"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		err = (struct err){0};
		if (parse(wrong[i]) == 0)
			fail_msg("taken: \"%s\"", wrong[i]);
		assert_int_equal(err.code, ERR_INVALID);
		assert_int_equal(strncmp(err.msg, "bad ", 4), 0);
	}
}

static void
the_number_of_values_is_limited(void **unused)
{
	char text[8 + 2 * (FAMILY_METRICS_MAX + 2)] = "p 1 1";

	for (int i = 1; i < FAMILY_METRICS_MAX; i++)
		memcpy(text + 3 + 2 * i, ":1", 3);
	assert_int_equal(parse(text), 0);
	assert_int_equal(line.n_values, FAMILY_METRICS_MAX);
	memcpy(text + 3 + 2 * FAMILY_METRICS_MAX, ":1", 3);
	assert_int_equal(parse(text), -1);
}

static void
bytes_end_where_the_line_does(void **unused)
{
	/* what follows the line in memory is not read */
	assert_int_equal(put_line_parse("p 1 12345", 6, &line, &err), 0);
	assert_int_equal(line.values[0].u, 12);
	assert_int_equal(put_line_parse("p 1\0 2", 6, &line, &err), -1);
	assert_int_equal(put_line_parse("p\0q 1 2", 7, &line, &err), 0);
	assert_int_equal(line.path_len, 3); /* and is no valid path */
}

/* The option table and the layouts know the same profiles. */
static void
profiles_are_alike(void **unused)
{
	struct conf conf;
	char text[80];

	for (size_t i = 0; layout_profiles[i] != NULL; i++) {
		conf_defaults(&conf);
		(void)snprintf(text, sizeof(text), "profile: %s\n",
			       layout_profiles[i]);
		if (conf_parse(&conf, "t", text, strlen(text), NULL, &err) != 0)
			fail_msg("%s", err.msg);
		assert_string_equal(conf.profile, layout_profiles[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_found),
	    cmocka_unit_test(numbers_stay_exact),
	    cmocka_unit_test(what_is_wrong_is_refused),
	    cmocka_unit_test(the_number_of_values_is_limited),
	    cmocka_unit_test(bytes_end_where_the_line_does),
	    cmocka_unit_test(profiles_are_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
