/* SPDX-License-Identifier: MIT */
/* The gate: who is let in beside whom, by two openings of one gate file. */
#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <xxhash.h>

#include "core/state.h"
#include "rrd/gate.h"

static char state[64];
static struct gate here, there;

static int
setup(void **ctx)
{
	struct err err = {0};

	(void)ctx;
	make_tmp(state);
	if (state_init(state, &err) != 0)
		return -1;
	here = there = (struct gate){.fd = -1};
	return gate_open(&here, state, &err) != 0 ||
	       gate_open(&there, state, &err) != 0;
}

static int
teardown(void **ctx)
{
	(void)ctx;
	gate_close(&here);
	gate_close(&there);
	rm_tree(state);
	return 0;
}

static unsigned
pair_of(const char *path)
{
	return gate_pair(XXH64(path, strlen(path), 0));
}

/* Whether the other opening could take this byte of a pair now. */
static int
is_free(unsigned pair, int byte)
{
	struct flock l = {.l_type = F_WRLCK,
			  .l_whence = SEEK_SET,
			  .l_start = (off_t)pair * 2 + byte,
			  .l_len = 1};

	assert_int_equal(fcntl(there.fd, F_OFD_GETLK, &l), 0);
	return l.l_type == F_UNLCK;
}

static int
is_whole_free(unsigned pair)
{
	return is_free(pair, 0) && is_free(pair, 1);
}

static void
test_one_by_one(void **ctx)
{
	unsigned pair = pair_of("a/b/cpu");

	(void)ctx;
	assert_int_equal(gate_enter_read(&here, "a/b/cpu", NULL), 0);
	assert_true(is_free(pair, 0)); /* the turn is given back */
	assert_false(is_free(pair, 1));
	gate_leave(&here, "a/b/cpu");
	assert_true(is_whole_free(pair));
	assert_int_equal(gate_enter_write(&here, "a/b/cpu", NULL), 0);
	assert_false(is_free(pair, 0));
	assert_false(is_free(pair, 1));
	gate_leave(&here, "a/b/cpu");
	assert_true(is_whole_free(pair));
}

static void
test_run_holds_its_pairs(void **ctx)
{
	const char *path = "a/b/cpu";
	unsigned pair = pair_of(path);
	unsigned first = pair > 3 ? pair - 3 : 0, last = pair + 3;

	(void)ctx;
	gate_run(&here, first, last);
	/* entering and leaving within changes nothing */
	for (int i = 0; i < 2; i++) {
		for (unsigned k = first; k <= last; k++) {
			assert_false(is_free(k, 0));
			assert_false(is_free(k, 1));
		}
		assert_true(first == 0 || is_whole_free(first - 1));
		assert_true(is_whole_free(last + 1));
		assert_int_equal(gate_enter_write(&here, path, NULL), 0);
		gate_leave(&here, path);
	}
	/* a second run gives the first back */
	gate_run(&here, last + 10, last + 12);
	assert_true(is_whole_free(pair));
	assert_false(is_free(last + 10, 0));
	gate_run_end(&here);
	assert_true(is_whole_free(last + 10));
	gate_run_end(&here); /* none: nothing */
}

static void
test_run_needs_an_empty_gate(void **ctx)
{
	unsigned pair = pair_of("a/b/cpu"), other = pair + 1;

	(void)ctx;
	assert_int_equal(gate_enter_read(&there, "a/b/cpu", NULL), 0);
	gate_run(&here, pair, other);
	assert_true(is_whole_free(other)); /* not even a part of it */
	gate_leave(&there, "a/b/cpu");
	/* files are entered by themselves then */
	assert_int_equal(gate_enter_write(&here, "a/b/cpu", NULL), 0);
	assert_false(is_free(pair, 0));
	gate_leave(&here, "a/b/cpu");
	assert_true(is_whole_free(pair));
}

static void
test_run_ends_by_itself(void **ctx)
{
	unsigned pair = pair_of("a/b/cpu"), other = pair + 1;

	(void)ctx;
	gate_run(&here, pair, other);
	(void)poll(NULL, 0, 20);
	assert_int_equal(gate_enter_write(&here, "a/b/cpu", NULL), 0);
	assert_false(is_free(pair, 0));
	assert_true(is_whole_free(other));
	gate_leave(&here, "a/b/cpu");
	assert_true(is_whole_free(pair));
}

/* A writer that takes run after run and never rests lets a reader in. */
static void
test_reader_gets_in(void **ctx)
{
	pid_t reader;
	int status = 0;
	unsigned pair = pair_of("a/b/cpu");

	(void)ctx;
	gate_run(&here, pair, pair);
	reader = fork();
	assert_true(reader >= 0);
	if (reader == 0) {
		int bad = gate_enter_read(&there, "a/b/cpu", NULL) != 0;

		gate_leave(&there, "a/b/cpu");
		_exit(bad);
	}
	(void)alarm(60);
	while (waitpid(reader, &status, WNOHANG) == 0)
		for (unsigned at = 0; at < 1024; at += 128) {
			gate_run(&here, at, at + 127);
			gate_run_end(&here);
		}
	(void)alarm(0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_one_by_one, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_run_holds_its_pairs, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(test_run_needs_an_empty_gate, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(test_run_ends_by_itself, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(test_reader_gets_in, setup,
					    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
