/* SPDX-License-Identifier: MIT */
/* What runs and when: configuration, slots, skipped runs, clock jumps. */
#include "test.h"

#include "collectors/plan.h"

static void
test_all_collectors_obey(void **state)
{
	struct err err;
	size_t n = 0;

	for (; collectors[n] != NULL; n++) {
		const struct collector *c = collectors[n];

		assert_int_equal(collector_check(c, &err), 0);
		assert_ptr_equal(collector_find(c->name), c);
		for (size_t i = 0; c->families[i] != NULL; i++) {
			const struct family *f = c->families[i];

			assert_true(f->declared);
			assert_non_null(f->title);
			assert_non_null(f->unit);
			assert_non_null(f->help);
			assert_non_null(f->category);
			assert_true(f->heartbeat_s >= 2 * f->step_s);
			for (size_t m = 0; m < f->n_metrics; m++) {
				/* both limits, and help without a full stop */
				const struct metric *x = &f->metrics[m];

				assert_true(x->min <= x->max);
				assert_non_null(x->unit);
				assert_non_null(x->help);
				assert_true(x->help[strlen(x->help) - 1] !=
					    '.');
			}
		}
	}
	assert_true(n >= 13);
	assert_null(collector_find("nosuch"));
}

/* No two collectors give the same family, but the two kinds of disks. */
static void
test_families_have_one_owner(void **state)
{
	for (size_t a = 0; collectors[a] != NULL; a++)
		for (size_t b = a + 1; collectors[b] != NULL; b++)
			for (size_t i = 0; collectors[a]->families[i]; i++)
				for (size_t k = 0; collectors[b]->families[k];
				     k++) {
					const struct family *f, *g;

					f = collectors[a]->families[i];
					g = collectors[b]->families[k];
					if (f != g)
						assert_string_not_equal(
						    f->name, g->name);
				}
}

static void
test_configuration(void **state)
{
	char *names[] = {(char *)(uintptr_t) "cpu",
			 (char *)(uintptr_t) "uptime",
			 (char *)(uintptr_t) "cpu"};
	char *bad[] = {(char *)(uintptr_t) "memoy"};
	struct conf conf;
	struct plan p;
	struct err err;
	size_t all;

	conf_defaults(&conf);
	conf.step_s = 5;
	assert_int_equal(plan_init(&p, &conf, NULL, 0, &err), 0);
	all = p.n_jobs;
	plan_done(&p);
	conf.n_collectors = 2;
	memcpy(conf.collectors[0].name, "cpu", 4);
	conf.collectors[0].enabled = true;
	conf.collectors[0].step_s = 120;
	memcpy(conf.collectors[1].name, "load", 5);
	assert_int_equal(plan_init(&p, &conf, NULL, 0, &err), 0);
	assert_int_equal(p.n_jobs, all - 1);
	plan_done(&p);
	/* named ones run even when switched off, each once */
	assert_int_equal(plan_init(&p, &conf, names, 3, &err), 0);
	assert_int_equal(p.n_jobs, 2);
	assert_int_equal(p.jobs[0].step_s, 120);
	assert_int_equal(p.jobs[0].families[0].real.step_s, 120);
	assert_true(p.jobs[0].families[0].real.heartbeat_s >= 240);
	assert_int_equal(p.jobs[1].step_s, 60); /* its own */
	assert_ptr_equal(plan_family(&p, p.jobs[0].collector->families[0]),
			 &p.jobs[0].families[0]);
	plan_done(&p);
	assert_int_equal(plan_init(&p, &conf, bad, 1, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.msg, "memory"));
}

static void
test_slots(void **state)
{
	struct job jobs[2] = {{.step_s = 10}, {.step_s = 60}};
	struct plan p = {.n_jobs = 2, .jobs = jobs, .phase_ms = 300};
	int64_t t = 1700000040; /* a multiple of 60 */

	/* a slot begins at its phase, and all of it has one number */
	assert_int_equal(plan_slot(&p, &jobs[0], t * 1000 + 300), t / 10);
	assert_int_equal(plan_slot(&p, &jobs[0], t * 1000 + 299), t / 10 - 1);
	assert_int_equal(plan_slot(&p, &jobs[0], t * 1000 + 10299), t / 10);
	assert_int_equal(plan_next_ms(&p, t * 1000 + 300),
			 (t + 10) * 1000 + 300);
	assert_int_equal(plan_next_ms(&p, t * 1000 + 299), t * 1000 + 300);
	/* a tick that is a moment late is still that second's */
	assert_int_equal(plan_time_s(&p, t * 1000 + 300), t);
	assert_int_equal(plan_time_s(&p, t * 1000 + 1299), t);
	jobs[0].step_s = 1;
	for (int late = 0; late < 1000; late += 7)
		assert_int_equal(
		    plan_time_s(&p, t * 1000 + 300 + late),
		    plan_slot(&p, &jobs[0], t * 1000 + 300 + late));
}

static void
test_skipped(void **state)
{
	struct job j = {.step_s = 10, .slot = 100};

	assert_int_equal(plan_skipped(&j, 101, 10000), 0);
	assert_int_equal(plan_skipped(&j, 103, 30000), 2);
	assert_int_equal(plan_skipped(&j, 103, 29900), 2);
	/* the clock was set, or the machine slept: no time went by */
	assert_int_equal(plan_skipped(&j, 100000, 10000), 0);
	assert_int_equal(plan_skipped(&j, 50, 10000), 0);
	assert_int_equal(plan_skipped(&j, 100, 500), 0);
	j.slot = -1;
	assert_int_equal(plan_skipped(&j, 101, 1000000), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_collectors_obey),
	    cmocka_unit_test(test_families_have_one_owner),
	    cmocka_unit_test(test_configuration),
	    cmocka_unit_test(test_slots),
	    cmocka_unit_test(test_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
