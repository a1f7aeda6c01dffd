/* SPDX-License-Identifier: MIT */
/* Batches: what goes in comes out; what a child sends is checked. */
#include "test.h"

#include <math.h>

#include "collectors/batch.h"

static const struct metric metrics[] = {{.name = "a", .min = 0, .max = 1},
					{.name = "b", .min = 0, .max = 1}};

#define FAMILY(n)                                                              \
	{                                                                      \
		.name = n, .n_metrics = 2, .metrics = metrics, .step_s = 10,   \
		.heartbeat_s = 120                                             \
	}

static const struct family ours = FAMILY("ours");
static const struct family foreign = FAMILY("foreign");
static const struct family *const families[] = {&ours, NULL};
static const struct collector collector = {.name = "c", .families = families};

struct seen {
	size_t n, stop_at;
	struct sample last;
};

static int
count(const struct sample *s, void *arg)
{
	struct seen *seen = arg;

	seen->last = *s;
	return ++seen->n == seen->stop_at ? 7 : 0;
}

static void
put(struct batch *b, const struct family *f, const char *instance,
    int64_t time_s)
{
	struct sample s;

	sample_init(&s, f);
	(void)snprintf(s.instance, sizeof(s.instance), "%s", instance);
	s.time_s = time_s;
	s.values[0] = VALUE_OF_U(UINT64_MAX);
	assert_int_equal(b->sink.put(&b->sink, &s, NULL), 0);
}

static void
test_round_trip(void **state)
{
	struct seen seen = {0};
	struct batch b;
	struct sample s;

	batch_init(&b);
	b.time_s = 1234;
	put(&b, &ours, "", 0);
	sample_init(&s, &ours);
	memset(s.instance, 'i', SLUG_MAX);
	s.instance[SLUG_MAX] = '\0';
	memcpy(s.cluster, "cl", 3);
	memcpy(s.host, "ho", 3);
	s.time_s = 99;
	s.values[1] = VALUE_OF_F(0.1);
	assert_int_equal(b.sink.put(&b.sink, &s, NULL), 0);
	assert_int_equal(b.n, 2);
	assert_int_equal(batch_each(&b, count, &seen), 0);
	assert_int_equal(seen.n, 2);
	assert_ptr_equal(seen.last.family, &ours);
	assert_string_equal(seen.last.instance, s.instance);
	assert_string_equal(seen.last.cluster, "cl");
	assert_string_equal(seen.last.host, "ho");
	assert_int_equal(seen.last.time_s, 99);
	assert_int_equal(seen.last.values[0].kind, VALUE_UNKNOWN);
	assert_float_equal(seen.last.values[1].f, 0.1, 0);
	seen = (struct seen){.stop_at = 1};
	assert_int_equal(batch_each(&b, count, &seen), 7);
	assert_int_equal(seen.last.time_s, 1234);
	assert_true(seen.last.values[0].u == UINT64_MAX);
	batch_reset(&b);
	assert_int_equal(batch_each(&b, count, &seen), 0);
	batch_done(&b);
}

static void
test_full(void **state)
{
	struct seen seen = {0};
	struct batch b;
	struct sample s;
	struct err err;

	batch_init(&b);
	sample_init(&s, &ours);
	while (b.sink.put(&b.sink, &s, &err) == 0)
		;
	assert_int_equal(err.code, ERR_FULL);
	assert_int_equal(batch_each(&b, count, &seen), 0);
	assert_int_equal(seen.n, b.n);
	assert_true(b.n > 1000);
	batch_done(&b);
}

static void
test_take(void **state)
{
	struct batch from, to;
	struct seen seen = {0};
	size_t whole;

	batch_init(&from);
	batch_init(&to);
	put(&from, &ours, "one", 5);
	put(&from, &foreign, "two", 5);
	put(&from, &ours, "../x", 5);
	put(&from, &ours, "four", 5);
	whole = from.bytes.len;
	assert_int_equal(batch_take(&to, &collector, from.bytes.data, whole),
			 whole);
	assert_int_equal(to.n, 2);
	assert_int_equal(batch_each(&to, count, &seen), 0);
	assert_string_equal(seen.last.instance, "four");
	/* cut anywhere, only whole records count */
	for (size_t len = 0; len < whole; len++) {
		batch_reset(&to);
		assert_true(batch_take(&to, &collector, from.bytes.data, len) <=
			    len);
		assert_true(to.n <= 1);
	}
	batch_done(&from);
	batch_done(&to);
}

static void
test_take_garbage(void **state)
{
	unsigned char noise[4096];
	uint32_t x = 12345;
	struct batch to;

	batch_init(&to);
	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < sizeof(noise); i++) {
			x = x * 1664525u + 1013904223u;
			noise[i] = (unsigned char)(x >> 24);
		}
		(void)batch_take(&to, &collector, (const char *)noise,
				 sizeof(noise));
	}
	assert_int_equal(to.n, 0);
	batch_done(&to);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_take),
	    cmocka_unit_test(test_take_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
