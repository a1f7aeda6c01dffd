/* SPDX-License-Identifier: MIT */
/* Families become layouts: resolutions, sizes, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/buf.h"
#include "rrd/layout.h"

static const struct metric metrics[] = {
    {.name = "used", .kind = METRIC_GAUGE, .min = NAN, .max = NAN},
    {.name = "count", .kind = METRIC_DERIVE, .min = 0, .max = 1e10},
    {.name = "a_name_of_more_than_nineteen",
     .kind = METRIC_DDERIVE,
     .min = NAN,
     .max = 64},
};

static struct family
family_of(const char *profile, int32_t step_s, size_t n)
{
	return (struct family){.name = "f",
			       .profile = profile,
			       .step_s = step_s,
			       .heartbeat_s = 2 * step_s,
			       .n_metrics = n,
			       .metrics = metrics};
}

static size_t
bytes_of(const char *profile, int32_t step_s, size_t n)
{
	struct family f = family_of(profile, step_s, n);
	struct buf b;
	size_t bytes;

	buf_init(&b, 65536);
	assert_int_equal(layout_text(&f, &b, NULL), 0);
	bytes = layout_bytes(b.data);
	buf_done(&b);
	return bytes;
}

static void
writes_text(void **s)
{
	struct family f = family_of("pod", 60, 3);
	struct buf b;

	(void)s;
	buf_init(&b, 65536);
	assert_int_equal(layout_text(&f, &b, NULL), 0);
	assert_non_null(strstr(b.data, "step=60 DS:used:GAUGE:120:-1e+290:"
				       "1e+290 DS:count:DERIVE:120:0:1e+10 "
				       "DS:a_name_of_mo_"));
	/* a counter never goes below zero, whatever its family forgot */
	assert_non_null(strstr(b.data, ":DDERIVE:120:0:64 RRA:AVERAGE:0.5:1:"
				       "720 RRA:AVERAGE:0.5:5:1152 "
				       "RRA:MAX:0.5:5:1152 "
				       "RRA:AVERAGE:0.5:60:960 "
				       "RRA:MAX:0.5:60:960"));
	buf_done(&b);
}

/* What DESIGN promises: 291 KiB a metric, 45 MB for 150; 39 KiB in a pod. */
static void
sizes(void **s)
{
	size_t one = bytes_of("default", 10, 1);

	(void)s;
	assert_in_range(one, 290 * 1024, 300 * 1024);
	assert_in_range(150 * one, 43000000, 46000000);
	assert_in_range(50 * bytes_of("default", 10, 3), 43000000, 46000000);
	assert_in_range(bytes_of("pod", 60, 1), 38 * 1024, 41 * 1024);
}

static void
steps(void **s)
{
	struct family f = family_of(NULL, 1, 1);
	struct buf b;

	(void)s;
	buf_init(&b, 65536);
	/* finer than the finest: one more archive */
	assert_int_equal(layout_text(&f, &b, NULL), 0);
	assert_non_null(strstr(b.data, " RRA:AVERAGE:0.5:1:2160 "
				       "RRA:AVERAGE:0.5:10:2160 "
				       "RRA:AVERAGE:0.5:60:2160"));
	/* coarser: archives that come to the same are one, the longer */
	buf_reset(&b);
	f.step_s = 60;
	assert_int_equal(layout_text(&f, &b, NULL), 0);
	assert_non_null(strstr(b.data, " RRA:AVERAGE:0.5:1:2160 "
				       "RRA:MIN:0.5:1:2160"));
	assert_null(strstr(b.data, "RRA:AVERAGE:0.5:1:360"));
	buf_done(&b);
}

static void
refuses(void **s)
{
	static const char *const bad[] = {
	    "",
	    "step=0 DS:a:GAUGE:10:0:1 RRA:AVERAGE:0.5:1:10",
	    "DS:a:GAUGE:10:0:1 RRA:AVERAGE:0.5:1:10",
	    "step=10 RRA:AVERAGE:0.5:1:10",
	    "step=10 DS:a:GAUGE:10:0:1",
	    "step=10 DS:a:GAUGE:10:0:1 RRA:AVERAGE:0.5:1:0",
	    "step=10 DS:a:GAUGE:10:0:1 RRA:AVERAGE:0.5:1:999999999999",
	    "step=10 DS:a:GAUGE:10:0:1 RRA:AVERAGE:0.5:1:10 more",
	};
	struct family f = family_of("nonesuch", 10, 1);
	struct err err = {0};
	struct layout l;
	struct buf b;

	(void)s;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(layout_parse(bad[i], &l), -1);
		assert_int_equal(layout_bytes(bad[i]), 0);
	}
	buf_init(&b, 65536);
	assert_int_equal(layout_text(&f, &b, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(b.len, 0);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_text),
	    cmocka_unit_test(sizes),
	    cmocka_unit_test(steps),
	    cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
