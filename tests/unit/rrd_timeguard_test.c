/* SPDX-License-Identifier: MIT */
/* The clock table: what is believed and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rrd/timeguard.h"

#define W    INT64_C(1700000000)
#define DAY  INT64_C(86400)
#define YEAR (365 * DAY)

/* A look dt seconds of boot time later, the wall clock off by `off`. */
static enum timeguard_change
look(struct timeguard *g, int64_t dt_s, int64_t off_s, bool synced)
{
	struct timeguard_now now = {.wall_s = W + dt_s + off_s,
				    .boot_ms = 1000 + dt_s * 1000,
				    .boot_id = "boot one",
				    .synced = synced};

	return timeguard_look(g, &now);
}

static enum timeguard_change
look_next_boot(struct timeguard *g, int64_t wall_s, bool synced)
{
	struct timeguard_now now = {.wall_s = wall_s,
				    .boot_ms = 500,
				    .boot_id = "boot two",
				    .synced = synced};

	return timeguard_look(g, &now);
}

static void
forward(void **s)
{
	static const struct {
		int64_t off_s;
		enum timeguard_change want;
	} rows[] = {
	    {0, TIMEGUARD_SAME},
	    {9 * 60, TIMEGUARD_SAME},
	    {600, TIMEGUARD_SAME},
	    {601, TIMEGUARD_SUSPECT},
	    {11 * 60, TIMEGUARD_SUSPECT},
	    {3600, TIMEGUARD_SUSPECT},
	    {12 * YEAR, TIMEGUARD_SUSPECT},
	};

	(void)s;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int synced = 0; synced < 2; synced++) {
			struct timeguard g = {0};

			assert_int_equal(look(&g, 0, 0, synced),
					 TIMEGUARD_SAME);
			assert_int_equal(look(&g, 60, rows[i].off_s, synced),
					 rows[i].want);
			assert_int_equal(g.suspect,
					 rows[i].want == TIMEGUARD_SUSPECT);
		}
}

static void
backward(void **s)
{
	static const int64_t offs[] = {-3, -3600, -10 * YEAR};

	(void)s;
	for (size_t i = 0; i < 3; i++) {
		struct timeguard g = {0};

		(void)look(&g, 0, 0, false);
		assert_int_equal(look(&g, 60, offs[i], false),
				 TIMEGUARD_BACKWARD);
		assert_false(g.suspect);
		assert_int_equal(g.n_backward, 1);
		/* said once */
		assert_int_equal(look(&g, 120, offs[i], false), TIMEGUARD_SAME);
	}
}

/* Time asleep counts for the boot clock: no jump. */
static void
suspend(void **s)
{
	struct timeguard g = {0};

	(void)s;
	(void)look(&g, 0, 0, false);
	assert_int_equal(look(&g, 7200, 0, false), TIMEGUARD_SAME);
}

/* Many small steps add up when nobody vouches for them. */
static void
creeps(void **s)
{
	struct timeguard g = {0};

	(void)s;
	(void)look(&g, 0, 0, false);
	assert_int_equal(look(&g, 60, 300, false), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 120, 599, false), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 180, 899, false), TIMEGUARD_SUSPECT);
	memset(&g, 0, sizeof(g));
	(void)look(&g, 0, 0, true);
	assert_int_equal(look(&g, 60, 300, true), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 120, 600, true), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 180, 900, true), TIMEGUARD_SAME);
}

static void
lifted_by_sync(void **s)
{
	struct timeguard g = {0};

	(void)s;
	(void)look(&g, 0, 0, false);
	assert_int_equal(look(&g, 60, YEAR, false), TIMEGUARD_SUSPECT);
	assert_int_equal(look(&g, 100, YEAR, true), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 600, YEAR, true), TIMEGUARD_SAME);
	/* not continuously synchronised: starts again */
	assert_int_equal(look(&g, 650, YEAR, false), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 700, YEAR, true), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 1299, YEAR, true), TIMEGUARD_SAME);
	assert_int_equal(look(&g, 1300, YEAR, true), TIMEGUARD_LIFTED);
	assert_false(g.suspect);
	assert_int_equal(look(&g, 1400, YEAR, true), TIMEGUARD_SAME);
}

static void
comes_back(void **s)
{
	struct timeguard g = {0};

	(void)s;
	(void)look(&g, 0, 0, false);
	assert_int_equal(look(&g, 60, YEAR, false), TIMEGUARD_SUSPECT);
	assert_int_equal(look(&g, 120, 1, false), TIMEGUARD_RETURNED);
	assert_false(g.suspect);
}

static void
another_boot(void **s)
{
	struct timeguard g = {0};

	(void)s;
	(void)look(&g, 0, 0, false);
	assert_int_equal(look_next_boot(&g, W + 6 * DAY, false),
			 TIMEGUARD_SAME);
	memset(&g, 0, sizeof(g));
	(void)look(&g, 0, 0, false);
	assert_int_equal(look_next_boot(&g, W + 8 * DAY, true), TIMEGUARD_SAME);
	memset(&g, 0, sizeof(g));
	(void)look(&g, 0, 0, false);
	assert_int_equal(look_next_boot(&g, W + 8 * DAY, false),
			 TIMEGUARD_SUSPECT);
	/* the clock woke in 1970: nothing new is newer, nothing applied */
	memset(&g, 0, sizeof(g));
	(void)look(&g, 0, 0, false);
	assert_int_equal(look_next_boot(&g, 1000, false), TIMEGUARD_SAME);
	assert_false(g.suspect);
}

static void
accepted(void **s)
{
	struct timeguard g = {0};
	struct timeguard_now now = {
	    .wall_s = W + 60 + YEAR, .boot_ms = 61000, .boot_id = "boot one"};

	(void)s;
	(void)look(&g, 0, 0, false);
	assert_int_equal(look(&g, 60, YEAR, false), TIMEGUARD_SUSPECT);
	assert_int_equal(timeguard_expected_s(&g, &now), W + 60);
	timeguard_accept(&g, &now);
	assert_int_equal(look(&g, 120, YEAR, false), TIMEGUARD_SAME);
}

static void
saves(void **s)
{
	char state[] = "/tmp/robin-time-XXXXXX", name[64];
	struct timeguard g = {0}, h;
	int fd;

	(void)s;
	assert_non_null(mkdtemp(state));
	assert_int_equal(timeguard_load(&h, state, NULL), 0);
	assert_false(h.known);
	/* what was never seen must not come back as a time in 1970 */
	assert_int_equal(timeguard_save(&g, state, NULL), 0);
	assert_int_equal(timeguard_load(&h, state, NULL), 0);
	assert_false(h.known);
	(void)look(&g, 0, 0, false);
	(void)look(&g, 60, YEAR, true);
	g.newest_s = W - 5;
	g.n_backward = 3;
	assert_int_equal(timeguard_save(&g, state, NULL), 0);
	assert_int_equal(timeguard_load(&h, state, NULL), 0);
	assert_true(h.known && h.suspect);
	assert_int_equal(h.wall_s, g.wall_s);
	assert_int_equal(h.boot_ms, g.boot_ms);
	assert_int_equal(h.newest_s, W - 5);
	assert_int_equal(h.sync_since_boot_ms, g.sync_since_boot_ms);
	assert_int_equal(h.n_backward, 3);
	assert_memory_equal(h.boot_id, g.boot_id, 16);
	/* a damaged one is none */
	(void)snprintf(name, sizeof(name), "%s/time", state);
	fd = open(name, O_WRONLY);
	assert_int_equal(pwrite(fd, "9", 1, 70), 1);
	(void)close(fd);
	assert_int_equal(timeguard_load(&h, state, NULL), 0);
	assert_false(h.known);
	(void)unlink(name);
	(void)rmdir(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forward),	      cmocka_unit_test(backward),
	    cmocka_unit_test(suspend),	      cmocka_unit_test(creeps),
	    cmocka_unit_test(lifted_by_sync), cmocka_unit_test(comes_back),
	    cmocka_unit_test(another_boot),   cmocka_unit_test(accepted),
	    cmocka_unit_test(saves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
