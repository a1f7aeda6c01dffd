/* SPDX-License-Identifier: MIT */
/*
 * Reading series back, against what librrd's own fetch says of the same
 * file, and against values that were computed by hand.
 */
#include "tests/unit/rrd_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "rrd/query.h"
#include "rrd/query_plan.h"

#define FROM INT64_C(1794009600) /* a midnight */
#define TO   (FROM + 3 * 86400)

static const struct metric metrics[] = {
    {.name = "level",
     .unit = "units",
     .help = "A saw",
     .kind = METRIC_GAUGE,
     .min = NAN,
     .max = NAN},
    {.name = "a_counter_whose_name_is_too_long_for_librrd",
     .unit = "events",
     .help = "Two a second",
     .kind = METRIC_DERIVE,
     .min = 0,
     .max = NAN},
    {.name = "gappy",
     .unit = "units",
     .help = "Known every other hour",
     .kind = METRIC_GAUGE,
     .min = NAN,
     .max = NAN},
};

static const struct family family = {
    .name = "fixture",
    .title = "Fixture",
    .unit = "units",
    .help = "For tests",
    .category = "other",
    .step_s = 10,
    .heartbeat_s = 120,
    .lower_limit = NAN,
    .upper_limit = NAN,
    .n_metrics = 3,
    .metrics = metrics,
};

static char dir[64];
static struct query q;
static struct path path;

static double
values(size_t metric, int64_t t_s, void *arg)
{
	int64_t i = (t_s - FROM) / 10;

	switch (metric) {
	case 0:
		return (double)(i * 37 % 1009);
	case 1:
		return (double)(t_s - FROM) * 2;
	default:
		return t_s / 3600 % 2 == 0 ? (double)(i % 7) : NAN;
	}
}

static int
setup(void **state)
{
	struct err err = {0};

	make_tmp(dir);
	fixture_family(dir, &family);
	fixture_series(dir, &family, "local/web1/fixture", FROM, TO, values,
		       NULL);
	assert_int_equal(query_open(&q, dir, &err), 0);
	assert_int_equal(path_parse("local/web1/fixture", 18, &path, &err), 0);
	return 0;
}

static int
teardown(void **state)
{
	query_close(&q);
	rm_tree(dir);
	return 0;
}

static void
run(int64_t from_s, int64_t to_s, size_t max_rows, enum query_cf cf,
    struct series *out)
{
	struct err err = {0};

	if (query_series(&q, &path, from_s, to_s, max_rows, cf, out, &err) != 0)
		fail_msg("%s", err.msg);
}

/* What rrd_fetch_r gives for the same rows; step is what was chosen. */
static void
same_as_librrd(const struct series *s, const char *cf)
{
	char name[256];
	time_t start = s->start_s - s->step_s;
	time_t end = start + (time_t)s->n_rows * s->step_s;
	unsigned long step = (unsigned long)s->step_s, ds_cnt;
	rrd_value_t *data;
	char **ds;

	(void)snprintf(name, sizeof name, "%s/rrd/local/web1/fixture.rrd", dir);
	if (rrd_fetch_r(name, cf, &start, &end, &step, &ds_cnt, &ds, &data) !=
	    0)
		fail_msg("%s", rrd_get_error());
	assert_int_equal(step, s->step_s);
	assert_int_equal(start, s->start_s - s->step_s);
	assert_int_equal(ds_cnt, s->n_metrics);
	for (size_t i = 0; i < s->n_rows; i++)
		for (size_t m = 0; m < ds_cnt; m++) {
			double theirs = data[i * ds_cnt + m];
			double ours = series_at(s, i, m);

			if (memcmp(&theirs, &ours, sizeof ours) != 0 &&
			    !(isnan(theirs) && isnan(ours)))
				fail_msg("%s row %zu metric %zu: %g, %g", cf, i,
					 m, ours, theirs);
		}
	for (size_t m = 0; m < ds_cnt; m++)
		rrd_freemem(ds[m]);
	rrd_freemem(ds);
	rrd_freemem(data);
}

static void
equals_librrd_at_every_resolution(void **state)
{
	static const struct {
		int64_t back_s, step_s;
	} cases[] = {
	    {600, 10},	     {21590, 10},      {21600, 10},    {21610, 60},
	    {86400, 60},     {129600, 60},     {129660, 300},  {259200, 300},
	    {7776000, 7200}, {9 * 86400, 300}, {864000, 1800},
	};
	static const char *const cfs[] = {"AVERAGE", "MIN", "MAX"};

	for (size_t i = 0; i < COUNT(cases); i++)
		for (int cf = 0; cf < QUERY_CF__MAX; cf++) {
			struct series s;

			run(TO - cases[i].back_s, TO, 0, (enum query_cf)cf, &s);
			assert_int_equal(s.step_s, cases[i].step_s);
			assert_int_equal(s.start_s % s.step_s, 0);
			same_as_librrd(&s, cfs[cf]);
			series_done(&s);
		}
}

static void
rows_cover_the_range_exactly(void **state)
{
	struct series s;

	run(TO - 600, TO, 0, QUERY_AVERAGE, &s);
	assert_int_equal(s.n_rows, 60);
	assert_int_equal(s.start_s, TO - 590);
	assert_int_equal(series_last(&s, 0), values(0, TO, NULL));
	assert_int_equal(series_at(&s, 0, 0), values(0, TO - 590, NULL));
	series_done(&s);

	run(TO - 605, TO - 1, 0, QUERY_AVERAGE, &s);
	assert_int_equal(s.start_s, TO - 600);
	assert_int_equal(s.n_rows, 61);
	series_done(&s);

	run(TO - 5, TO - 4, 0, QUERY_AVERAGE, &s);
	assert_int_equal(s.n_rows, 1);
	assert_int_equal(s.start_s, TO);
	series_done(&s);
}

static void
is_unknown_outside_what_is_there(void **state)
{
	struct series s;

	run(TO - 20, TO + 100, 0, QUERY_AVERAGE, &s);
	assert_int_equal(s.n_rows, 12);
	assert_true(!isnan(series_at(&s, 1, 0)));
	for (size_t i = 2; i < s.n_rows; i++)
		assert_true(isnan(series_at(&s, i, 0)));
	series_done(&s);

	run(TO + 1000, TO + 2000, 0, QUERY_MAX, &s);
	assert_int_equal(s.n_rows, 100);
	assert_true(isnan(series_max(&s, 1)));
	series_done(&s);

	run(0, 1000000, 0, QUERY_MIN, &s);
	assert_true(isnan(series_min(&s, 0)));
	series_done(&s);
}

static void
brings_down_and_keeps_extremes(void **state)
{
	struct series fine, s;
	size_t k;

	run(TO - 86400, TO, 0, QUERY_MAX, &fine);
	for (size_t max = 1; max < 1500; max = max * 2 + 1) {
		run(TO - 86400, TO, max, QUERY_MAX, &s);
		assert_in_range(s.n_rows, 1, max);
		assert_int_equal(s.start_s % s.step_s, 0);
		assert_true(series_max(&s, 0) >= series_max(&fine, 0));
		series_done(&s);
	}
	run(TO - 86400, TO, 480, QUERY_MAX, &s);
	assert_int_equal(s.step_s, 180);
	for (size_t i = 0; i < s.n_rows; i++) {
		double want = NAN;

		k = i * 3;
		for (size_t j = k; j < k + 3; j++)
			want = fmax(want, series_at(&fine, j, 0));
		assert_true(series_at(&s, i, 0) == want);
	}
	series_done(&s);
	series_done(&fine);
}

static void
averages_only_known_rows(void **state)
{
	struct series s;
	int known = 0;

	run(TO - 86400, TO, 480, QUERY_AVERAGE, &s);
	for (size_t i = 0; i < s.n_rows; i++) {
		double v = series_at(&s, i, 2);

		known += !isnan(v);
		assert_true(isnan(v) || (v >= 1 && v <= 5));
		assert_true(fabs(series_at(&s, i, 1) - 2) < 1e-9);
	}
	assert_in_range(known, 220, 260);
	series_done(&s);
}

static void
a_set_has_one_grid(void **state)
{
	struct series set[QUERY_CF__MAX] = {0};
	struct err err = {0};

	assert_int_equal(
	    query_series_set(&q, &path, TO - 86400, TO, 500, 7, set, &err), 0);
	for (int cf = 1; cf < QUERY_CF__MAX; cf++) {
		assert_int_equal(set[cf].start_s, set[0].start_s);
		assert_int_equal(set[cf].step_s, set[0].step_s);
		assert_int_equal(set[cf].n_rows, set[0].n_rows);
	}
	for (size_t i = 0; i < set[0].n_rows; i++) {
		assert_true(series_at(&set[QUERY_MIN], i, 0) <=
			    series_at(&set[QUERY_AVERAGE], i, 0));
		assert_true(series_at(&set[QUERY_MAX], i, 0) >=
			    series_at(&set[QUERY_AVERAGE], i, 0));
	}
	for (int cf = 0; cf < QUERY_CF__MAX; cf++)
		series_done(&set[cf]);
}

static void
refuses(void **state)
{
	struct err err = {0};
	struct series s = {.step_s = 7};
	struct path other = path;

	assert_int_equal(
	    query_series(&q, &path, TO, TO, 0, QUERY_AVERAGE, &s, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(query_series(&q, &path, TO - 10, INT64_C(7258118400),
				      0, QUERY_AVERAGE, &s, &err),
			 -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	(void)snprintf(other.host, sizeof other.host, "web2");
	assert_int_equal(
	    query_series(&q, &other, FROM, TO, 0, QUERY_AVERAGE, &s, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	(void)snprintf(other.family, sizeof other.family, "nothing");
	assert_int_equal(
	    query_series(&q, &other, FROM, TO, 0, QUERY_AVERAGE, &s, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(s.step_s, 7);
}

static void
knows_the_last_time(void **state)
{
	struct path other = path;

	assert_int_equal(query_last_s(&q, &path), TO);
	(void)snprintf(other.host, sizeof other.host, "web2");
	assert_int_equal(query_last_s(&q, &other), 0);
}

/* Every 8 bytes of the header set to several values, and every truncation:
 * a typed error or rows, never a crash; ASan watches. */
static void
survives_a_damaged_header(void **state)
{
	static const uint64_t evil[] = {0, 1, UINT64_MAX, 1u << 20,
					UINT64_C(1) << 62};
	char good[256], name[256];
	struct err err = {0};
	struct buf b;
	size_t header = 4096;
	int fd, opened = 0;

	(void)snprintf(good, sizeof good, "%s/rrd/local/web1/fixture.rrd", dir);
	(void)snprintf(name, sizeof name, "%s/rrd/local/bad/fixture.rrd", dir);
	buf_init(&b, 64 * 1024 * 1024);
	assert_int_equal(file_read(good, &b, &err), 0);
	(void)snprintf(name, sizeof name, "%s/rrd/local/bad", dir);
	assert_int_equal(file_mkdirs(name, 0755, &err), 0);
	(void)snprintf(name, sizeof name, "%s/rrd/local/bad/fixture.rrd", dir);
	fd = open(name, O_RDWR | O_CREAT, 0644);
	assert_int_equal(file_write_all(fd, b.data, b.len), 0);
	for (size_t at = 0; at < header; at += 8)
		for (size_t k = 0; k < COUNT(evil); k++) {
			struct path bad = path;
			struct series s;

			(void)snprintf(bad.host, sizeof bad.host, "bad");
			assert_int_equal(pwrite(fd, &evil[k], 8, (off_t)at), 8);
			if (query_series(&q, &bad, TO - 3600, TO, 100,
					 QUERY_MAX, &s, &err) == 0) {
				opened++;
				series_done(&s);
			}
			assert_int_equal(pwrite(fd, b.data + at, 8, (off_t)at),
					 8);
		}
	assert_in_range(opened, 1, 2560);
	for (size_t len = 0; len < b.len; len = len * 2 + 100) {
		struct query_file f = {.fd = -1};

		assert_int_equal(ftruncate(fd, (off_t)len), 0);
		assert_int_equal(query_file_open(name, &f, &err), -1);
		assert_int_equal(err.code, ERR_CORRUPT);
	}
	close(fd);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(mkfifo(name, 0644), 0);
	{
		struct query_file f = {.fd = -1};

		assert_int_equal(query_file_open(name, &f, &err), -1);
		assert_int_equal(err.code, ERR_CORRUPT);
	}
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equals_librrd_at_every_resolution),
	    cmocka_unit_test(rows_cover_the_range_exactly),
	    cmocka_unit_test(is_unknown_outside_what_is_there),
	    cmocka_unit_test(brings_down_and_keeps_extremes),
	    cmocka_unit_test(averages_only_known_rows),
	    cmocka_unit_test(a_set_has_one_grid),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(knows_the_last_time),
	    cmocka_unit_test(survives_a_damaged_header),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
