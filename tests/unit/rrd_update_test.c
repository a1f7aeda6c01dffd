/* SPDX-License-Identifier: MIT */
/* rrd/update: the bytes are librrd's, and what is declined stays as it is. */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "rrd/archive.h"
#include "rrd/rrdhead.h"
#include "tests/unit/rrd_update_peer.h"

#define FILES	300 /* LONG=1: 30,000 */
#define BATCHES 12

static char folder[] = "/tmp/robin-update-XXXXXX";

static uint32_t
draw(void *arg, uint32_t below)
{
	uint64_t *x = arg;

	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return (uint32_t)(*x >> 16) % below;
}

static void
peer_names(struct peer *p)
{
	(void)snprintf(p->name[0], sizeof(p->name[0]), "%s/peer.rrd", folder);
	(void)snprintf(p->name[1], sizeof(p->name[1]), "%s/ours.rrd", folder);
}

static void
test_same_bytes_as_librrd(void **state)
{
	unsigned n = getenv("LONG") != NULL ? 100 * FILES : FILES;
	unsigned batches = 0, declined = 0;

	for (unsigned i = 1; i <= n; i++) {
		uint64_t seed = i * UINT64_C(0x9e3779b97f4a7c15);
		struct peer p = {.next = draw, .arg = &seed};

		peer_names(&p);
		if (peer_create(&p) != 0)
			fail_msg("file %u: %s", i, rrd_get_error());
		for (int k = 0; k < BATCHES; k++)
			if (peer_batch(&p) != 0)
				fail_msg("file %u: %s", i, p.why);
		batches += p.n_batches;
		declined += p.n_declined;
	}
	/* what Robin's log holds is hardly ever declined */
	if (declined * 50 > batches)
		fail_msg("%u of %u batches declined", declined, batches);
}

/* A small file with one source of a kind, at 1700000000. */
static const char *
make(const char *kind)
{
	static char name[64];
	char ds[64];
	const char *args[] = {ds, "RRA:AVERAGE:0.5:1:10", "RRA:MAX:0.5:6:5"};

	(void)snprintf(name, sizeof(name), "%s/one.rrd", folder);
	(void)snprintf(ds, sizeof(ds), "DS:d:%s:120:0:U", kind);
	assert_int_equal(rrd_create_r(name, 10, 1700000000, 3, args), 0);
	return name;
}

static int
give(const char *name, const char *arg)
{
	return update_file(name, 1, &arg, NULL);
}

static void
test_declines_what_is_not_plain(void **state)
{
	static const struct {
		const char *kind, *arg;
	} table[] = {
	    {"GAUGE", "1700000010:abc"},
	    {"GAUGE", "1700000010:"},
	    {"GAUGE", "1700000010"},
	    {"GAUGE", "N:1"},
	    {"GAUGE", "1700000010.5:1"},
	    {"GAUGE", "1700000010@1"},
	    {"GAUGE", "1700000010:1:2"},
	    {"GAUGE", "1700000010:1e999"},
	    {"GAUGE", "1700000010:inf"},
	    {"GAUGE", "1700000010:Unknown"},
	    {"GAUGE", "1700000010: 1"},
	    {"DERIVE", "1700000010:1.5"},
	    {"DERIVE", "1700000010:-1"},
	    {"COUNTER", "1700000010:1"},
	    {"DCOUNTER", "1700000010:1.5"},
	    {"DERIVE", "1700000010:18446744073709551616"},
	    {"GAUGE", "1700000010:0.1234567890123456789012345678"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *name = make(table[i].kind);
		struct peer p;

		peer_names(&p);
		assert_int_equal(peer_copy(name, p.name[0]), 0);
		assert_int_equal(peer_copy(name, p.name[1]), 0);
		if (give(p.name[1], table[i].arg) != 1)
			fail_msg("%s %s", table[i].kind, table[i].arg);
		assert_true(peer_same(&p));
	}
}

/* A batch that goes bad in the middle is declined as a whole. */
static void
test_declines_the_whole_batch(void **state)
{
	static const char *const args[] = {"1700000010:1", "1700000020:x"};
	const char *name = make("GAUGE");
	struct rrdhead h;

	assert_int_equal(update_file(name, 2, args, NULL), 1);
	assert_int_equal(rrdhead_load(&h, name, NULL, NULL), 0);
	assert_int_equal(h.last_up_s, 1700000000);
	rrdhead_done(&h);
	/* and librrd takes it as far as it goes */
	{
		const char *again[] = {args[0], args[1]};
		struct err err = {0};

		assert_int_equal(archive_update(name, 2, again, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
	}
	assert_int_equal(rrdhead_load(&h, name, NULL, NULL), 0);
	assert_int_equal(h.last_up_s, 1700000010);
	rrdhead_done(&h);
}

static void
test_says_what_is_wrong(void **state)
{
	const char *name = make("GAUGE"), *arg = "1700000010:1";
	struct err err = {0};
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd;

	/* another's lock; an OFD lock, since a process does not meet its own */
	fd = open(name, O_RDWR | O_CLOEXEC);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &l), 0);
	assert_int_equal(update_file(name, 1, &arg, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	(void)close(fd);
	assert_int_equal(update_file(name, 1, &arg, &err), 0);
	assert_int_equal(truncate(name, 100), 0);
	assert_int_equal(update_file(name, 1, &arg, &err), -1);
	assert_int_equal(err.code, ERR_CORRUPT);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(update_file(name, 1, &arg, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(symlink("/dev/null", name), 0);
	assert_int_equal(update_file(name, 1, &arg, &err), -1);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(mkfifo(name, 0600), 0);
	assert_int_equal(update_file(name, 1, &arg, &err), -1);
	assert_int_equal(unlink(name), 0);
}

static int
fail_rows(uint64_t offset, const double *values, size_t n, void *arg)
{
	errno = EIO;
	return -1;
}

static void
test_rows_that_cannot_be_written(void **state)
{
	const char *name = make("GAUGE"), *arg = "1700000010:1";
	struct rrdhead h;

	assert_int_equal(rrdhead_load(&h, name, NULL, NULL), 0);
	assert_int_equal(update_head(&h, 1, &arg, fail_rows, NULL), -1);
	rrdhead_done(&h);
}

static int
setup(void **state)
{
	return mkdtemp(folder) == NULL;
}

static int
teardown(void **state)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "rm -rf '%s'", folder);
	return system(line) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_bytes_as_librrd),
	    cmocka_unit_test(test_declines_what_is_not_plain),
	    cmocka_unit_test(test_declines_the_whole_batch),
	    cmocka_unit_test(test_says_what_is_wrong),
	    cmocka_unit_test(test_rows_that_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
