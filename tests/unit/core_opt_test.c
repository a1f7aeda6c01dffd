/* SPDX-License-Identifier: MIT */
/* Command lines: what is taken, what is refused, and the texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/buf.h"
#include "core/opt.h"

static const char *state;
static int64_t step;
static bool once;

static const struct opt opts[] = {
    {.name = "state",
     .letter = 's',
     .type = OPT_STRING,
     .arg = "DIR",
     .help = "State folder",
     .value = &state},
    {.name = "step",
     .type = OPT_INT,
     .arg = "SECONDS",
     .help = "Seconds between passes",
     .value = &step,
     .min = -5,
     .max = 3600},
    {.name = "once",
     .letter = '1',
     .type = OPT_FLAG,
     .help = "One pass and exit",
     .value = &once},
    {.name = "secret",
     .type = OPT_FLAG,
     .help = "Not shown",
     .value = &once,
     .hidden = true},
};

static const struct opt_command cmd = {
    .name = "robin-test",
    .synopsis = "[NAME...]",
    .brief = "tests the option table",
    .about = "First paragraph.\n\n  robin-test --once\n\nLast one.",
    .opts = opts,
    .n_opts = sizeof(opts) / sizeof(opts[0]),
    .operands_max = 2,
};

static char *args[16];
static struct err err;

/* Parses words up to NULL after the program name. */
static int
parse(const char *first, ...)
{
	va_list ap;
	int n = 0;

	args[n++] = (char *)"robin-test";
	va_start(ap, first);
	for (const char *w = first; w != NULL; w = va_arg(ap, const char *))
		args[n++] = (char *)w;
	va_end(ap);
	args[n] = NULL;
	state = "/default";
	step = 10;
	once = false;
	err = (struct err){0};
	return opt_parse(&cmd, n, args, &err);
}

static void
takes_every_spelling(void **unused)
{
	assert_int_equal(parse("--state", "/a", "--step=20", "--once", NULL),
			 0);
	assert_string_equal(state, "/a");
	assert_int_equal(step, 20);
	assert_true(once);
	assert_int_equal(parse("-s", "/b", "-1", NULL), 0);
	assert_string_equal(state, "/b");
	assert_true(once);
	assert_int_equal(parse("-s/c", NULL), 0);
	assert_string_equal(state, "/c");
	assert_int_equal(parse("-1s/d", NULL), 0);
	assert_string_equal(state, "/d");
	assert_int_equal(parse("--step", "-5", NULL), 0);
	assert_int_equal(step, -5);
	assert_int_equal(parse("--state=/x", "--state=/y", NULL), 0);
	assert_string_equal(state, "/y");
}

static void
moves_operands_to_the_front(void **unused)
{
	assert_int_equal(parse("one", "--once", "two", NULL), 2);
	assert_string_equal(args[1], "one");
	assert_string_equal(args[2], "two");
	assert_null(args[3]);
	assert_int_equal(parse("--once", "-", NULL), 1);
	assert_string_equal(args[1], "-");
	assert_int_equal(parse("--", "--once", "-x", NULL), 2);
	assert_string_equal(args[1], "--once");
	assert_false(once);
}

static void
refuses(const char *word, const char *value, const char *why)
{
	int rc = value != NULL ? parse("--once", word, value, NULL)
			       : parse("--once", word, NULL);

	assert_int_equal(rc, -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.msg, why));
	/* a refused line leaves every value as it was */
	assert_false(once);
	assert_string_equal(state, "/default");
}

static void
refuses_what_is_wrong(void **unused)
{
	refuses("--stat", "x", "did you mean --state?");
	refuses("--setp", "1", "did you mean --step?");
	refuses("--hlep", NULL, "did you mean --help?");
	refuses("--secre", NULL, "no such option --secre");
	refuses("--zzzzzz=1", NULL, "no such option --zzzzzz");
	refuses("-q", NULL, "no such option -q");
	refuses("--state", NULL, "needs a value");
	refuses("--state=", NULL, "empty");
	refuses("--once=1", NULL, "takes no value");
	refuses("--step", "10s", "not a whole number");
	refuses("--step", "010", "not a whole number");
	refuses("--step", "", "not a whole number");
	refuses("--step", "3601", "between -5 and 3600");
	refuses("--step", "99999999999999999999", "not a whole number");
	assert_int_equal(parse("a", "b", "c", NULL), -1);
	assert_non_null(strstr(err.msg, "too many"));
}

static void
counts_missing_operands(void **unused)
{
	struct opt_command needs = cmd;
	char name[] = "robin-test", *argv[] = {name, NULL};

	needs.operands_min = 1;
	assert_int_equal(opt_parse(&needs, 1, argv, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
}

static void
finds_the_nearest_word(void **unused)
{
	static const char *const words[] = {"collect", "config", "get", "put"};

	assert_string_equal(opt_nearest("colect", words, 4), "collect");
	assert_string_equal(opt_nearest("conifg", words, 4), "config");
	assert_string_equal(opt_nearest("gte", words, 4), "get");
	assert_null(opt_nearest("xyz", words, 4));
	assert_null(opt_nearest("", words, 0));
}

static void
texts_name_every_shown_option(void **unused)
{
	void (*const texts[])(const struct opt_command *,
			      struct buf *) = {opt_help, opt_man, opt_complete};
	struct buf b;

	state = "/default";
	step = 10;
	buf_init(&b, 65536);
	for (size_t i = 0; i < 3; i++) {
		buf_reset(&b);
		texts[i](&cmd, &b);
		assert_true(buf_ok(&b));
		assert_non_null(strstr(b.data, "-state"));
		assert_non_null(strstr(b.data, "-once"));
		assert_non_null(strstr(b.data, "-version"));
		assert_null(strstr(b.data, "secret"));
	}
	buf_reset(&b);
	opt_help(&cmd, &b);
	assert_non_null(strstr(b.data, "(default /default)"));
	assert_non_null(strstr(b.data, "(default 10)"));
	assert_non_null(strstr(b.data, "\n  robin-test --once\n"));
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_every_spelling),
	    cmocka_unit_test(moves_operands_to_the_front),
	    cmocka_unit_test(refuses_what_is_wrong),
	    cmocka_unit_test(counts_missing_operands),
	    cmocka_unit_test(finds_the_nearest_word),
	    cmocka_unit_test(texts_name_every_shown_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
