/* SPDX-License-Identifier: MIT */
/* The log and the table of last values, without robin-store. */
#include "tests/unit/family.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/state.h"
#include "rrd/cursor.h"
#include "rrd/latest.h"
#include "rrd/table.h"
#include "rrd/wal.h"

static char state[64];

static int
setup(void **s)
{
	(void)s;
	(void)snprintf(state, sizeof(state), "/tmp/robin-wal-XXXXXX");
	assert_non_null(mkdtemp(state));
	assert_int_equal(state_init(state, NULL), 0);
	return 0;
}

static int
teardown(void **s)
{
	char cmd[128];

	(void)s;
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", state);
	return system(cmd);
}

static enum wal_verdict
put1(struct wal *w, const char *path, int64_t t, struct value a, struct value b,
     int strict)
{
	struct value v[2] = {a, b};
	struct err err = {0};
	struct path p;

	assert_int_equal(path_parse(path, strlen(path), &p, &err), 0);
	return wal_put(w, &p, &two, t, v, 2, strict, &err);
}

static void
store1(struct wal *w, const char *path, int64_t t, double a, uint64_t b)
{
	struct err err = {0};

	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(put1(w, path, t, VALUE_OF_F(a), VALUE_OF_U(b), 1),
			 WAL_STORED);
	assert_int_equal(wal_commit(w, &err), 0);
}

static void
stores_and_shows(void **s)
{
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();
	struct latest_entry e;
	struct latest *l;

	(void)s;
	assert_non_null(w);
	store1(w, "local/web1/two", now - 10, 1.5, 7);
	l = latest_open(state, &err);
	assert_non_null(l);
	assert_int_equal(latest_count(l), 1);
	assert_int_equal(latest_find(l, "local/web1/two", &e, &err), 0);
	assert_int_equal(e.time_s, now - 10);
	assert_int_equal(e.prev_s, 0);
	assert_true(e.raw[0] == 1.5 && e.raw[1] == 7);
	assert_true(isnan(e.prev[0]));
	store1(w, "local/web1/two", now, 2.5, 9);
	assert_int_equal(latest_find(l, "local/web1/two", &e, &err), 0);
	assert_int_equal(e.time_s, now);
	assert_int_equal(e.prev_s, now - 10);
	assert_true(e.raw[1] == 9 && e.prev[1] == 7);
	assert_int_equal(latest_find(l, "local/web1/none", &e, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	latest_close(&l);
	wal_close(&w);
}

static void
refuses(void **s)
{
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();
	struct path bad = {"local", "../x", "two", ""};
	struct value v[2] = {VALUE_OF_U(1), VALUE_OF_U(1)};
	const char *p = "local/web1/two";

	(void)s;
	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(put1(w, p, now + 601, VALUE_OF_U(1), VALUE_OF_U(1), 1),
			 WAL_AHEAD);
	assert_int_equal(
	    put1(w, p, CLOCK_MIN_S - 1, VALUE_OF_U(1), VALUE_OF_U(1), 1),
	    WAL_TOO_EARLY);
	assert_int_equal(put1(w, p, now, VALUE_OF_F(1001), VALUE_OF_U(1), 1),
			 WAL_BAD_VALUE);
	assert_int_equal(
	    put1(w, p, now, VALUE_OF_F(INFINITY), VALUE_OF_U(1), 1),
	    WAL_BAD_VALUE);
	assert_int_equal(put1(w, p, now, VALUE_OF_U(1), VALUE_OF_F(1.5), 1),
			 WAL_BAD_VALUE);
	assert_int_equal(wal_put(w, &bad, &two, now, v, 2, 1, &err),
			 WAL_BAD_PATH);
	bad = (struct path){"local", "web1", "two", ""};
	assert_int_equal(wal_put(w, &bad, &two, now, v, 1, 1, &err),
			 WAL_SCHEMA);
	assert_int_equal(put1(w, p, now - 5, VALUE_OF_U(1), VALUE_OF_U(1), 1),
			 WAL_STORED);
	/* within the batch, too */
	assert_int_equal(put1(w, p, now - 5, VALUE_OF_U(1), VALUE_OF_U(1), 1),
			 WAL_OLD);
	assert_int_equal(put1(w, p, now, VALUE_OF_U(5000), VALUE_OF_F(-1), 0),
			 WAL_STORED);
	assert_int_equal(wal_commit(w, &err), 0);
	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(put1(w, p, now - 1, VALUE_OF_U(1), VALUE_OF_U(1), 1),
			 WAL_OLD);
	wal_abort(w);
	{
		struct latest *l = latest_open(state, &err);
		struct latest_entry e;

		assert_int_equal(latest_find(l, p, &e, &err), 0);
		assert_true(isnan(e.raw[0]) && isnan(e.raw[1]));
		assert_int_equal(latest_counter(l, WAL_OLD), 2);
		assert_int_equal(latest_counter(l, WAL_STORED), 2);
		assert_int_equal(latest_count(l), 1);
		latest_close(&l);
	}
	wal_close(&w);
}

/* Nothing of an aborted batch is seen, and its marks do not outlive it. */
static void
aborts(void **s)
{
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();
	struct latest *l;

	(void)s;
	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(
	    put1(w, "local/a/two", now, VALUE_OF_U(1), VALUE_OF_U(1), 1),
	    WAL_STORED);
	wal_abort(w);
	l = latest_open(state, &err);
	assert_non_null(l);
	assert_int_equal(latest_count(l), 0);
	store1(w, "local/a/two", now, 1, 1);
	assert_int_equal(latest_count(l), 1);
	latest_close(&l);
	wal_close(&w);
}

static int
in_order(const struct latest_entry *e, void *arg)
{
	static char last[PATH_SIZE];
	char text[PATH_SIZE];
	size_t *n = arg;

	path_format(&e->path, text);
	if (*n > 0)
		assert_true(strcmp(last, text) < 0);
	memcpy(last, text, sizeof(last));
	(*n)++;
	return 0;
}

/* More series than the first table holds; the reader follows. */
static void
grows(void **s)
{
	enum { SERIES = 5000 };
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();
	struct latest *l = NULL;
	struct latest_entry e;
	size_t n = 0;
	char path[64];

	(void)s;
	for (int batch = 0; batch < 5; batch++) {
		assert_int_equal(wal_begin(w, &err), 0);
		for (int i = 0; i < SERIES / 5; i++) {
			(void)snprintf(path, sizeof(path), "local/h%d/two.%d",
				       i, batch);
			assert_int_equal(put1(w, path, now, VALUE_OF_U(1),
					      VALUE_OF_U((uint64_t)i), 1),
					 WAL_STORED);
		}
		assert_int_equal(wal_commit(w, &err), 0);
		if (l == NULL)
			l = latest_open(state, &err);
	}
	assert_int_equal(latest_count(l), SERIES);
	assert_int_equal(latest_each(l, in_order, &n), 0);
	assert_int_equal(n, SERIES);
	assert_int_equal(latest_find(l, "local/h777/two.3", &e, &err), 0);
	assert_true(e.raw[1] == 777);
	latest_close(&l);
	wal_close(&w);
}

/* A killed appender: its records are in the log, not in the table. */
static void
catches_up(void **s)
{
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();
	struct table t;
	struct table_place before, after;
	struct latest *l;
	struct latest_entry e;

	(void)s;
	store1(w, "local/a/two", now - 20, 1, 1);
	assert_int_equal(table_open(&t, state, true, &err), 0);
	table_place_get(&t, &before);
	store1(w, "local/a/two", now - 10, 2, 2);
	store1(w, "local/b/two", now - 10, 3, 3);
	table_place_get(&t, &after);
	/* as if killed before publishing */
	table_place_set(&t, &before);
	table_remove(&t, table_find(&t, table_hash("local/b/two", 11),
				    "local/b/two", 11));
	atomic_store(&t.head->dirty, 1);
	table_close(&t);
	store1(w, "local/c/two", now, 4, 4);
	l = latest_open(state, &err);
	assert_int_equal(latest_find(l, "local/b/two", &e, &err), 0);
	assert_true(e.raw[0] == 3);
	assert_int_equal(latest_find(l, "local/a/two", &e, &err), 0);
	assert_true(e.raw[0] == 2 && e.prev[0] == 1);
	assert_int_equal(latest_count(l), 3);
	latest_close(&l);
	wal_close(&w);
}

/* The table is lost (reboot): it comes back from the log. */
static void
rebuilds(void **s)
{
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();
	struct latest *l;
	struct latest_entry e;
	char name[128];

	(void)s;
	store1(w, "local/a/two", now - 20, 1, 1);
	store1(w, "local/a/two", now - 10, 2, 2);
	wal_close(&w);
	(void)snprintf(name, sizeof(name), "%s/latest", state);
	assert_int_equal(unlink(name), 0);
	w = wal_open(state, NULL, &err);
	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(
	    put1(w, "local/a/two", now - 10, VALUE_OF_U(1), VALUE_OF_U(1), 1),
	    WAL_OLD);
	wal_abort(w);
	l = latest_open(state, &err);
	assert_int_equal(latest_find(l, "local/a/two", &e, &err), 0);
	assert_true(e.raw[0] == 2 && e.prev[0] == 1);
	latest_close(&l);
	wal_close(&w);
}

/* Batches over several segments read back whole and in order. */
static void
rotates(void **s)
{
	enum { ROUNDS = 30, SERIES = 4000 };
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();
	struct cursor c;
	struct record r;
	size_t samples = 0, creates = 0;
	char path[64];

	(void)s;
	for (int round = 0; round < ROUNDS; round++) {
		assert_int_equal(wal_begin(w, &err), 0);
		for (int i = 0; i < SERIES; i++) {
			(void)snprintf(path, sizeof(path), "local/h%d/two", i);
			assert_int_equal(put1(w, path, now - 200 + round,
					      VALUE_OF_F(i % 900 + 0.25),
					      VALUE_OF_U(9), 1),
					 WAL_STORED);
		}
		assert_int_equal(wal_commit(w, &err), 0);
	}
	assert_int_equal(cursor_init(&c, state, &(struct wal_pos){0}, &err), 0);
	while (cursor_next(&c, 0, &r, &err) > 0) {
		samples += r.type == RECORD_SAMPLE;
		creates += r.type == RECORD_CREATE;
		if (r.type == RECORD_SAMPLE && samples == 1)
			assert_non_null(strstr(r.body, ":0.25:9"));
	}
	assert_int_equal(samples, ROUNDS * SERIES);
	assert_int_equal(creates, SERIES);
	assert_int_equal(c.n_gaps, 0);
	assert_true(c.at.segment > 1);
	cursor_done(&c);
	wal_close(&w);
}

/* Stands before libc's: fails as often as told, then syncs. */
static int failing;

int
fdatasync(int fd)
{
	if (failing > 0) {
		failing--;
		errno = EIO;
		return -1;
	}
	return fsync(fd);
}

/* How many samples the log holds without its first segment. */
static size_t
samples_after_first(void)
{
	struct wal_pos start = {0};
	struct err err = {0};
	char name[128];
	struct cursor c;
	struct record r;
	size_t n = 0;

	(void)snprintf(name, sizeof(name), "%s/log/00000001.wal", state);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(cursor_init(&c, state, &start, &err), 0);
	while (cursor_next(&c, 0, &r, &err) > 0)
		n += r.type == RECORD_SAMPLE;
	cursor_done(&c);
	return n;
}

/* A batch over two segments, of which the first cannot be synced: what was
 * acknowledged is in what can be trusted. */
static void
survives_a_failed_sync(void **s)
{
	static char filler[SEGMENT_BYTES - 4096];
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();

	(void)s;
	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(
	    put1(w, "local/web1/two", now, VALUE_OF_U(1), VALUE_OF_U(2), 1),
	    WAL_STORED);
	for (int i = 0; i < 2; i++)
		assert_int_equal(wal_note(w, RECORD_SLOT, now, "x", filler,
					  sizeof(filler), &err),
				 0);
	failing = 1;
	assert_int_equal(wal_commit(w, &err), 0);
	assert_int_equal(failing, 0);
	wal_close(&w);
	assert_int_equal(samples_after_first(), 1);
}

/* A disk that never syncs: an error, not a loop, and no acknowledgement. */
static void
gives_up_on_a_disk_that_fails(void **s)
{
	struct err err = {0};
	struct wal *w = wal_open(state, NULL, &err);
	int64_t now = clock_wall_s();

	(void)s;
	assert_int_equal(wal_begin(w, &err), 0);
	assert_int_equal(
	    put1(w, "local/web1/two", now, VALUE_OF_U(1), VALUE_OF_U(2), 1),
	    WAL_STORED);
	failing = 1000;
	assert_int_equal(wal_commit(w, &err), -1);
	failing = 0;
	wal_close(&w);
}

/* Four processes append at once; every sample is there exactly once. */
static void
shares(void **s)
{
	enum { PROCS = 4, ROUNDS = 50 };
	int64_t now = clock_wall_s();
	struct err err = {0};
	struct cursor c;
	struct record r;
	size_t samples = 0;

	(void)s;
	for (int p = 0; p < PROCS; p++) {
		if (fork() == 0) {
			struct wal *w = wal_open(state, NULL, NULL);
			char path[64];

			(void)snprintf(path, sizeof(path), "local/h%d/two", p);
			for (int i = 0; i < ROUNDS; i++)
				store1(w, path, now - 100 + i, i, 1);
			_exit(0);
		}
	}
	for (int p = 0; p < PROCS; p++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(cursor_init(&c, state, &(struct wal_pos){0}, &err), 0);
	while (cursor_next(&c, 0, &r, &err) > 0)
		samples += r.type == RECORD_SAMPLE;
	assert_int_equal(samples, PROCS * ROUNDS);
	cursor_done(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(stores_and_shows, setup, teardown),
	    cmocka_unit_test_setup_teardown(refuses, setup, teardown),
	    cmocka_unit_test_setup_teardown(aborts, setup, teardown),
	    cmocka_unit_test_setup_teardown(grows, setup, teardown),
	    cmocka_unit_test_setup_teardown(catches_up, setup, teardown),
	    cmocka_unit_test_setup_teardown(rebuilds, setup, teardown),
	    cmocka_unit_test_setup_teardown(rotates, setup, teardown),
	    cmocka_unit_test_setup_teardown(shares, setup, teardown),
	    cmocka_unit_test_setup_teardown(survives_a_failed_sync, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(gives_up_on_a_disk_that_fails,
					    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
