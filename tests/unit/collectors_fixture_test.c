/* SPDX-License-Identifier: MIT */
/*
 * Every collector over every fixture root: it ends, what it says fits its
 * families, names are slugs.  The exact values are tests/t/1002's.
 */
#include "test.h"

#include "collectors/batch.h"
#include "collectors/collector.h"

static int
check(const struct sample *s, void *arg)
{
	const struct collector *c = arg;
	bool is_ours = false;

	for (size_t i = 0; c->families[i] != NULL; i++)
		is_ours |= c->families[i] == s->family;
	assert_true(is_ours);
	if (s->instance[0] != '\0')
		assert_true(slug_valid(s->instance, strlen(s->instance)));
	if (s->family->instance_label == NULL)
		assert_string_equal(s->instance, "");
	else if (!s->family->total_and_parts)
		assert_string_not_equal(s->instance, "");
	for (size_t i = 0; i < s->family->n_metrics; i++)
		assert_true(s->values[i].kind != VALUE_FLOAT ||
			    s->values[i].f * 0 == 0);
	return 0;
}

/* Returns the number of samples that all collectors gave. */
static size_t
collect_all(const char *root)
{
	struct batch b;
	struct err err;
	size_t n = 0;

	batch_init(&b);
	for (size_t i = 0; collectors[i] != NULL; i++) {
		const struct collector *c = collectors[i];

		if (!c->available(root))
			continue;
		batch_reset(&b);
		err.code = ERR_NONE;
		if (c->collect(root, &b.sink, &err) != 0)
			assert_true(err.code != ERR_NONE);
		assert_int_equal(batch_each(&b, check, (void *)(uintptr_t)c),
				 0);
		n += b.n;
	}
	batch_done(&b);
	return n;
}

static void
test_roots(void **state)
{
	assert_true(collect_all("tests/fixtures/proc_normal") > 30);
	assert_true(collect_all("tests/fixtures/proc_cgroup1") >= 2);
	(void)collect_all("tests/fixtures/proc_truncated");
	(void)collect_all("tests/fixtures/proc_hostile");
	assert_int_equal(collect_all("tests/fixtures/nosuch"), 0);
}

static void
test_empty(void **state)
{
	/* files without a word in them: only a count of no processes */
	assert_int_equal(collect_all("tests/fixtures/proc_empty"), 1);
}

/* The machine the test runs on has a CPU, memory and a loopback. */
static void
test_live(void **state)
{
	assert_true(collect_all("/") >= 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_roots),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
