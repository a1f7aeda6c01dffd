/* SPDX-License-Identifier: MIT */
/* Names of block devices, paths of control groups. */
#include "test.h"

#include "collectors/cgroup.h"
#include "collectors/diskname.h"

static void
test_parts(void **state)
{
	assert_true(diskname_is_part("sda1", "sda"));
	assert_true(diskname_is_part("sda15", "sda"));
	assert_true(diskname_is_part("nvme0n1p2", "nvme0n1"));
	assert_true(diskname_is_part("mmcblk0p1", "mmcblk0"));
	assert_true(diskname_is_part("mmcblk0boot1", "mmcblk0"));
	assert_true(diskname_is_part("md0p1", "md0"));
	assert_false(diskname_is_part("sdaa", "sda"));
	assert_false(diskname_is_part("sdb", "sda"));
	assert_false(diskname_is_part("sda", "sda"));
	assert_false(diskname_is_part("sda1", ""));
	assert_false(diskname_is_part("nvme0n12", "nvme0n1"));
	assert_false(diskname_is_part("nvme0n1p", "nvme0n1"));
	assert_false(diskname_is_part("loop10", "loop1"));
}

static void
test_left_out(void **state)
{
	static const char *const out[] = {"loop0", "ram15", "zram0",	"sr0",
					  "fd0",   "dm-12", "nvme0c1n1"};
	static const char *const in[] = {"sda",	    "nvme0n1", "vda", "md0",
					 "mmcblk0", "sram",    "fda", "loop",
					 "dm-",	    "xvda"};

	for (size_t i = 0; i < COUNT(out); i++)
		assert_true(diskname_is_left_out(out[i]));
	for (size_t i = 0; i < COUNT(in); i++)
		assert_false(diskname_is_left_out(in[i]));
}

static void
test_cgroup_path(void **state)
{
	const char *v1 = "5:memory:/docker/abc\n2:cpu,cpuacct:/x:y\n"
			 "1:name=systemd:/z\n0::/unified\n";
	char out[CGROUP_PATH_SIZE];

	assert_true(cgroup_parse(text_of(v1), "memory", out));
	assert_string_equal(out, "/docker/abc");
	assert_true(cgroup_parse(text_of(v1), "cpuacct", out));
	assert_string_equal(out, "/x:y");
	assert_true(cgroup_parse(text_of(v1), "", out));
	assert_string_equal(out, "/unified");
	assert_false(cgroup_parse(text_of(v1), "io", out));
	assert_false(cgroup_parse(text_of("0:/short\n"), "", out));
	assert_false(cgroup_parse(text_of("0::relative\n"), "", out));
	assert_false(cgroup_parse(text_of("0::/cut"), "", out));
	/* seen from inside, a group outside: the root of what is visible */
	assert_true(cgroup_parse(text_of("0::/../../etc\n"), "", out));
	assert_string_equal(out, "/");
	assert_true(cgroup_parse(text_of("0::/a..b/..c\n"), "", out));
	assert_string_equal(out, "/a..b/..c");
}

static void
test_cpu_max(void **state)
{
	double cores = -1;

	assert_true(cgroup_parse_cpu_max(text_of("150000 100000\n"), &cores));
	assert_float_equal(cores, 1.5, 0);
	assert_true(cgroup_parse_cpu_max(text_of("max 100000\n"), &cores));
	assert_float_equal(cores, 0, 0);
	assert_false(cgroup_parse_cpu_max(text_of("1 0\n"), &cores));
	assert_false(cgroup_parse_cpu_max(text_of("-1 100000\n"), &cores));
	assert_false(cgroup_parse_cpu_max(text_of("1\n"), &cores));
	assert_false(cgroup_parse_cpu_max(text_of(""), &cores));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_left_out),
	    cmocka_unit_test(test_cgroup_path),
	    cmocka_unit_test(test_cpu_max),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
