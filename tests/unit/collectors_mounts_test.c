/* SPDX-License-Identifier: MIT */
/* Which file systems are measured, and which of them may hang. */
#include "test.h"

#include <sys/statvfs.h>

#include "collectors/batch.h"
#include "collectors/disk.h"
#include "collectors/mounts.h"

#define LINE(dev, top, point, type)                                            \
	"30 27 " dev " " top " " point                                         \
	" rw,relatime shared:1 master:2 - " type " /dev/x rw\n"

static struct mount list[MOUNTS_MAX];

/* The chosen points joined by blanks, remote ones with a '!' in front. */
static const char *
choose(const char *text)
{
	static char out[512];
	size_t n = mounts_choose(text_of(text), list), len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(
		    out + len, sizeof(out) - len, "%s%s%.*s", i > 0 ? " " : "",
		    list[i].remote ? "!" : "", (int)list[i].line.point.len,
		    list[i].line.point.at);
	return out;
}

static void
test_parse(void **state)
{
	struct text in = text_of("short line\n" LINE(
	    "8:1", "/", "/a", "ext4") "30 27 8:2 / relative rw - ext4 x rw\n"
				      "30 27 8:3 / /no-dash rw shared:1 ext4\n"
				      "30 27 8:4 / /cut rw - ext4 x rw");
	struct mount_line m;

	assert_true(mounts_parse(&in, &m));
	assert_true(text_is(m.device, "8:1"));
	assert_true(text_is(m.top, "/"));
	assert_true(text_is(m.point, "/a"));
	assert_true(text_is(m.type, "ext4"));
	assert_false(mounts_parse(&in, &m));
}

static void
test_pseudo_and_containers(void **state)
{
	assert_string_equal(
	    choose(LINE("0:21", "/", "/proc", "proc") LINE(
		"254:0", "/", "/", "ext4") LINE("0:5", "/", "/dev", "devtmpfs")
		       LINE("0:6", "/", "/dev/shm",
			    "tmpfs") LINE("0:7", "/", "/run", "tmpfs")
			   LINE("0:8", "/", "/tmp", "tmpfs") LINE(
			       "7:1", "/", "/snap/core/1", "squashfs")
			       LINE("0:9", "/", "/var/lib/docker/o/merged",
				    "overlay") LINE("8:9", "/",
						    "/var/lib/kubelet/pods/x/v",
						    "ext4")
				   LINE("8:8", "/", "/var/lib/kubelet-of-mine",
					"ext4")),
	    "/ /run /tmp /var/lib/kubelet-of-mine");
}

static void
test_container_root(void **state)
{
	assert_string_equal(choose(LINE("0:40", "/", "/", "overlay") LINE(
				"254:1", "/c/hosts", "/etc/hosts", "ext4")),
			    "/ /etc/hosts");
}

static void
test_once_each(void **state)
{
	/* the whole file system before a folder of it, then the shorter */
	assert_string_equal(choose(LINE("8:1", "/sub", "/b", "ext4") LINE(
				"8:1", "/", "/longer/name", "ext4")),
			    "/longer/name");
	assert_string_equal(choose(LINE("8:1", "/", "/data/x", "ext4")
				       LINE("8:1", "/", "/data", "ext4")
					   LINE("8:1", "/", "/data/y", "ext4")),
			    "/data");
	/* what is mounted over something hides it */
	assert_string_equal(choose(LINE("8:1", "/", "/m", "ext4")
				       LINE("8:2", "/", "/m", "xfs")),
			    "/m");
	assert_true(text_is(list[0].line.device, "8:2"));
	assert_string_equal(choose(LINE("8:1", "/", "/m", "ext4")
				       LINE("0:9", "/", "/m", "tmpfs")),
			    "");
}

static void
test_remote(void **state)
{
	assert_string_equal(
	    choose(LINE("8:1", "/", "/", "ext4") LINE("0:40", "/", "/mnt/nas",
						      "nfs4")
		       LINE("8:2", "/", "/mnt/nas/local", "ext4")
			   LINE("8:3", "/", "/mnt/nasty", "ext4")
			       LINE("0:41", "/", "/f", "fuse.sshfs")
				   LINE("0:42", "/", "/new", "neverheardof")),
	    "/ !/mnt/nas !/mnt/nas/local /mnt/nasty !/f !/new");
}

static void
test_many(void **state)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < MOUNTS_MAX + 50; i++)
		buf_fmt(&b, "1 1 8:%d / /m%d rw - ext4 x rw\n", i, i);
	assert_true(buf_ok(&b));
	assert_int_equal(
	    mounts_choose((struct text){.at = b.data, .len = b.len}, list),
	    MOUNTS_MAX);
	buf_done(&b);
}

static void
test_point(void **state)
{
	char out[MOUNT_POINT_SIZE], big[MOUNT_POINT_SIZE + 1];

	assert_true(mounts_point(text_of("/a\\040b\\134c"), out));
	assert_string_equal(out, "/a b\\c");
	/* what is no escape stands for itself */
	assert_true(mounts_point(text_of("/a\\000\\999\\04"), out));
	assert_string_equal(out, "/a\\000\\999\\04");
	memset(big, 'x', sizeof(big));
	assert_false(mounts_point((struct text){big, sizeof(big)}, out));
	assert_false(mounts_point((struct text){"/a\0b", 4}, out));
}

static double values[2][3];
static size_t n_values;

static int
keep(const struct sample *s, void *arg)
{
	assert_string_equal(s->instance, ":srv");
	for (size_t i = 0; i < s->family->n_metrics; i++)
		values[n_values][i] = value_double(s->values[i]);
	n_values++;
	return 0;
}

static void
put(const struct statvfs *v)
{
	struct batch b;

	n_values = 0;
	batch_init(&b);
	assert_int_equal(disk_put(&b.sink, "/srv", v, NULL), 0);
	assert_int_equal(batch_each(&b, keep, NULL), 0);
	batch_done(&b);
}

static void
test_figures(void **state)
{
	struct statvfs v = {.f_frsize = 4096,
			    .f_blocks = 1000,
			    .f_bfree = 400,
			    .f_bavail = 300,
			    .f_files = 100,
			    .f_ffree = 40};

	put(&v);
	assert_int_equal(n_values, 2);
	assert_float_equal(values[0][0], 600 * 4096, 0);
	assert_float_equal(values[0][1], 100 * 4096, 0);
	assert_float_equal(values[0][2], 300 * 4096, 0);
	assert_float_equal(values[1][0], 60, 0);
	assert_float_equal(values[1][1], 40, 0);
	v.f_files = 0; /* btrfs, vfat */
	put(&v);
	assert_int_equal(n_values, 1);
	v.f_blocks = 0;
	put(&v);
	assert_int_equal(n_values, 0);
}

static void
test_absurd_figures(void **state)
{
	struct statvfs v = {.f_frsize = 1 << 20,
			    .f_blocks = UINT64_MAX,
			    .f_bfree = 1,
			    .f_bavail = 5};

	put(&v);
	assert_true(values[0][0] != values[0][0]); /* unknown */
	assert_float_equal(values[0][1], 0, 0);
	assert_float_equal(values[0][2], 5.0F * 1048576, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_pseudo_and_containers),
	    cmocka_unit_test(test_container_root),
	    cmocka_unit_test(test_once_each),
	    cmocka_unit_test(test_remote),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_point),
	    cmocka_unit_test(test_figures),
	    cmocka_unit_test(test_absurd_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
