/* SPDX-License-Identifier: MIT */
/* When an answer is complete for good. */
#include "tests/unit/family.h"
#include "tests/unit/test.h"

#include <math.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/state.h"
#include "fcgi/fresh.h"
#include "rrd/archive.h"
#include "rrd/layout.h"
#include "rrd/wal.h"

static const struct metric metrics[] = {
    {.name = "v", .kind = METRIC_GAUGE, .min = NAN, .max = NAN},
};
static const struct family family = {
    FAMILY_OF_TESTS, .name = "things",	 .title = "Things",
    .n_metrics = 1,  .metrics = metrics,
};

static char state[64];
static struct query query;

static int
setup(void **s)
{
	(void)s;
	(void)snprintf(state, sizeof(state), "/tmp/robin-fresh-XXXXXX");
	assert_non_null(mkdtemp(state));
	assert_int_equal(state_init(state, NULL), 0);
	return query_open(&query, state, NULL);
}

static int
teardown(void **s)
{
	char cmd[128];

	(void)s;
	query_close(&query);
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", state);
	return system(cmd);
}

static void
store(const char *path, int64_t time_s)
{
	struct value v = VALUE_OF_U(1);
	struct wal *w = wal_open(state, NULL, NULL);
	struct path p;

	assert_non_null(w);
	assert_int_equal(path_parse(path, strlen(path), &p, NULL), 0);
	assert_int_equal(wal_begin(w, NULL), 0);
	assert_int_equal(wal_put(w, &p, &family, time_s, &v, 1, 1, NULL),
			 WAL_STORED);
	assert_int_equal(wal_commit(w, NULL), 0);
	wal_close(&w);
}

/* Makes a file that holds the series up to time_s. */
static void
file(const char *path, int64_t time_s)
{
	struct buf layout;

	buf_init(&layout, 65536);
	assert_int_equal(layout_text(&family, &layout, NULL), 0);
	assert_int_equal(archive_create(state, path, layout.data, time_s, NULL),
			 0);
	buf_done(&layout);
}

/* Whether an hour, four hours ago, of hosts a and b is complete. */
static bool
is_closed(int64_t now_s)
{
	struct target t = {.n_hosts = 2, .width = 600};
	struct fresh f;

	t.range = (struct when_range){
	    .from_s = now_s - 18000, .to_s = now_s - 14400, .absolute = 1};
	assert_int_equal(path_parse("c/a/things", 10, &t.paths[0], NULL), 0);
	assert_int_equal(path_parse("c/b/things", 10, &t.paths[1], NULL), 0);
	assert_int_equal(fresh_look(&query, &t, &family, &f, NULL), 0);
	return fresh_closed(&f, &t, now_s);
}

/* A host that is behind may still fill the range. */
static void
waits_for_the_last(void **s)
{
	int64_t now_s = clock_wall_s();

	(void)s;
	file("c/a/things", now_s);
	file("c/b/things", now_s - 16000);
	assert_false(is_closed(now_s));
	file("c/b/things", now_s - 10);
	assert_true(is_closed(now_s));
}

/* What only the log has is not in the picture yet. */
static void
waits_for_the_files(void **s)
{
	int64_t now_s = clock_wall_s();

	(void)s;
	file("c/a/things", now_s);
	file("c/b/things", now_s - 16000);
	store("c/b/things", now_s - 10);
	assert_false(is_closed(now_s));
}

/* The row that the range ends in is not over: 18000 s ago rows can be long. */
static void
waits_for_the_row(void **s)
{
	int64_t now_s = clock_wall_s();

	(void)s;
	file("c/a/things", now_s - 14400 + 300);
	file("c/b/things", now_s);
	assert_false(is_closed(now_s));
	file("c/a/things", now_s - 14400 + 600);
	assert_true(is_closed(now_s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(waits_for_the_last, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(waits_for_the_files, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(waits_for_the_row, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
