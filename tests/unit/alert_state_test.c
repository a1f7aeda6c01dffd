/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "alert/state.h"

#define U (-1)

static const struct alert_timing timing = {
    .for_ms = 60000, .keep_ms = 30000, .stale_ms = 3600000, .gap_ms = 60000};

/* A row: at which second, the level, and what changes. */
struct row {
	int at_s, level;
	enum alert_change want;
};

static struct alert_state
walk(const char *name, const struct row *rows, size_t n)
{
	struct alert_state s;

	alert_state_init(&s);
	for (size_t i = 0; i < n; i++) {
		enum alert_change got =
		    alert_step(&s, &timing, rows[i].level,
			       1000000 + rows[i].at_s * INT64_C(1000),
			       1795176200 + rows[i].at_s);

		if (got != rows[i].want)
			fail_msg("%s, at %d s: %s, not %s", name, rows[i].at_s,
				 alert_change_name(got),
				 alert_change_name(rows[i].want));
	}
	return s;
}

#define WALK(name, ...)                                                        \
	walk(name, (const struct row[]){__VA_ARGS__},                          \
	     COUNT(((const struct row[]){__VA_ARGS__})))

static void
test_life(void **state)
{
	WALK("fires after for, resolves after keep", {0, 0, ALERT_SAME},
	     {10, 1, ALERT_BEGAN}, {40, 1, ALERT_SAME}, {69, 1, ALERT_SAME},
	     {70, 1, ALERT_FIRED}, {80, 0, ALERT_SAME}, {109, 0, ALERT_SAME},
	     {110, 0, ALERT_RESOLVED}, {120, 0, ALERT_SAME});
	WALK("a short one is dropped", {0, 1, ALERT_BEGAN}, {30, 1, ALERT_SAME},
	     {59, 0, ALERT_DROPPED}, {60, 1, ALERT_BEGAN}, {119, 1, ALERT_SAME},
	     {120, 1, ALERT_FIRED});
	WALK("a relapse while keep runs", {0, 1, ALERT_BEGAN},
	     {60, 1, ALERT_FIRED}, {70, 0, ALERT_SAME}, {95, 1, ALERT_SAME},
	     {110, 0, ALERT_SAME}, {139, 0, ALERT_SAME},
	     {140, 0, ALERT_RESOLVED});
}

static void
test_levels(void **state)
{
	struct alert_state s;

	WALK("raised after its own for, lowered after keep",
	     {0, 1, ALERT_BEGAN}, {30, 2, ALERT_SAME}, {60, 2, ALERT_FIRED},
	     {89, 2, ALERT_SAME}, {90, 2, ALERT_RAISED}, {100, 1, ALERT_SAME},
	     {130, 1, ALERT_LOWERED}, {140, 0, ALERT_SAME},
	     {170, 0, ALERT_RESOLVED});
	WALK("critical at once", {0, 2, ALERT_BEGAN}, {60, 2, ALERT_FIRED},
	     {70, 0, ALERT_SAME}, {100, 0, ALERT_RESOLVED});
	s = WALK("a peak of critical does not raise", {0, 1, ALERT_BEGAN},
		 {60, 1, ALERT_FIRED}, {70, 2, ALERT_SAME},
		 {100, 1, ALERT_SAME}, {160, 1, ALERT_SAME});
	assert_int_equal(s.level, LEVEL_WARNING);
}

static void
test_unknown(void **state)
{
	WALK("what is not seen does not fire", {0, 1, ALERT_BEGAN},
	     {30, U, ALERT_SAME}, {60, U, ALERT_SAME}, {90, U, ALERT_SAME},
	     {91, 1, ALERT_SAME}, {120, 1, ALERT_SAME}, {150, 1, ALERT_FIRED});
	WALK("nor resolve", {0, 1, ALERT_BEGAN}, {60, 1, ALERT_FIRED},
	     {70, 0, ALERT_SAME}, {95, U, ALERT_SAME}, {125, U, ALERT_SAME},
	     {130, 1, ALERT_SAME});
	WALK("a series that is gone expires", {0, 1, ALERT_BEGAN},
	     {60, 1, ALERT_FIRED}, {100, U, ALERT_SAME}, {3699, U, ALERT_SAME},
	     {3700, U, ALERT_EXPIRED});
	WALK("never known", {0, U, ALERT_SAME}, {9999, U, ALERT_SAME});
}

static void
test_gaps(void **state)
{
	WALK("two hours of suspend are no two hours of trouble",
	     {0, 1, ALERT_BEGAN}, {30, 1, ALERT_SAME}, {7230, 1, ALERT_SAME},
	     {7259, 1, ALERT_SAME}, {7260, 1, ALERT_FIRED});
	WALK("nor of peace", {0, 1, ALERT_BEGAN}, {60, 1, ALERT_FIRED},
	     {70, 0, ALERT_SAME}, {7270, 0, ALERT_SAME}, {7290, 1, ALERT_SAME});
}

static void
test_flapping_a_thousand_times_an_hour(void **state)
{
	const struct alert_timing quick = {.gap_ms = 60000};
	struct alert_state s;
	int told = 0, n_flips = 0;
	int64_t now_ms = 0;

	alert_state_init(&s);
	for (; now_ms < 3600000; now_ms += 1800) {
		enum alert_change c = alert_step(&s, &quick, n_flips % 2 == 0,
						 now_ms, now_ms / 1000);

		n_flips++;
		told += c == ALERT_FIRED || c == ALERT_RESOLVED;
	}
	assert_in_range(n_flips, 2000, 2001);
	assert_in_range(told, 1, 6);
	assert_true(s.flapping);
	assert_int_equal(s.phase, ALERT_FIRING);
	/* quiet at last: one resolve, and it is no longer flapping */
	for (int i = 0; i < 120; i++, now_ms += 10000)
		told += alert_step(&s, &quick, 0, now_ms, now_ms / 1000) ==
			ALERT_RESOLVED;
	assert_in_range(told, 2, 7);
	assert_int_equal(s.phase, ALERT_IDLE);
	assert_false(s.flapping);
}

static void
test_two_incidents_an_hour_are_no_flapping(void **state)
{
	const struct alert_timing quick = {.gap_ms = 1000000};
	struct alert_state s;
	int fired = 0, resolved = 0;

	alert_state_init(&s);
	for (int i = 0; i < 48; i++) {
		enum alert_change c = alert_step(
		    &s, &quick, i % 2, i * INT64_C(900000), i * INT64_C(900));

		fired += c == ALERT_FIRED;
		resolved += c == ALERT_RESOLVED;
	}
	assert_int_equal(fired, 24);
	assert_int_equal(resolved, 23);
}

static void
test_restart(void **state)
{
	struct alert_state s, kept;

	s = WALK("before", {0, 1, ALERT_BEGAN}, {30, 1, ALERT_SAME});
	kept = s;
	/* same boot: the pending time goes on */
	alert_state_rebase(&s, true, 1200000);
	assert_int_equal(alert_step(&s, &timing, 1, 1200000, 0), ALERT_FIRED);
	/* another boot: it begins again, from that boot's zero */
	s = kept;
	alert_state_rebase(&s, false, 5000);
	assert_int_equal(alert_step(&s, &timing, 1, 10000, 0), ALERT_SAME);
	assert_int_equal(alert_step(&s, &timing, 1, 64999, 0), ALERT_SAME);
	assert_int_equal(alert_step(&s, &timing, 1, 65000, 0), ALERT_FIRED);
	kept = s;
	alert_state_rebase(&s, false, 100);
	assert_int_equal(s.phase, ALERT_FIRING);
	assert_int_equal(alert_step(&s, &timing, 0, 200, 0), ALERT_SAME);
	assert_int_equal(alert_step(&s, &timing, 0, 30200, 0), ALERT_RESOLVED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_life),
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_gaps),
	    cmocka_unit_test(test_flapping_a_thousand_times_an_hour),
	    cmocka_unit_test(test_two_incidents_an_hour_are_no_flapping),
	    cmocka_unit_test(test_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
