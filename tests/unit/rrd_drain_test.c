/* SPDX-License-Identifier: MIT */
/* Asking for a drain a robin-store that does not answer. */
#include "tests/unit/test.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/state.h"
#include "rrd/drain.h"

/* A store that hangs: its socket is there, and nobody takes from it. */
static int
listen_only(const char *state)
{
	struct sockaddr_un addr;
	int folder, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(drain_address(state, &addr, &folder, NULL), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 0), 0);
	return fd;
}

/* The time for an answer includes that for being let in. */
static void
test_a_full_queue_is_a_timeout(void **arg)
{
	char state[64];
	struct err err = {0};
	int fd;

	(void)arg;
	make_tmp(state);
	assert_int_equal(state_init(state, NULL), 0);
	fd = listen_only(state);
	/* the queue holds the first ones after they gave up */
	for (int i = 0; i < 3; i++) {
		(void)alarm(20);
		assert_int_equal(drain_request(state, NULL, 50, &err), -1);
		assert_int_equal(err.code, ERR_TIMEOUT);
		(void)alarm(0);
	}
	(void)close(fd);
	assert_int_equal(drain_request(state, NULL, 50, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	rm_tree(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_full_queue_is_a_timeout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
