/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/file.h"

static int
count_entries(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static void
test_write_and_read(void **state)
{
	char dir[64], path[128];
	struct err err;
	struct buf b;

	make_tmp(dir);
	(void)snprintf(path, sizeof(path), "%s/f", dir);
	assert_int_equal(file_write(path, "hello", 5, 0640, &err), 0);
	buf_init(&b, 5);
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_string_equal(b.data, "hello");
	assert_int_equal(file_write_changed(path, "hello", 5, 0640, &err), 0);
	assert_int_equal(file_write_changed(path, "hellO", 5, 0640, &err), 1);
	buf_done(&b);
	buf_init(&b, 4);
	assert_int_equal(file_read(path, &b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_done(&b);
	assert_int_equal(count_entries(dir), 1);
	rm_tree(dir);
}

static void
test_failed_write_leaves_nothing(void **state)
{
	char dir[64], path[128];
	struct err err = {0};

	make_tmp(dir);
	(void)snprintf(path, sizeof(path), "%s/f", dir);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(file_write(path, "x", 1, 0644, &err), -1);
	assert_non_null(strstr(err.msg, path));
	assert_int_equal(count_entries(dir), 1);
	rm_tree(dir);
}

static void
test_write_at(void **state)
{
	char name[] = "/tmp/robin-file.XXXXXX", got[8] = {0};
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all_at(fd, "abcdef", 6, 0), 0);
	assert_int_equal(file_write_all_at(fd, "XY", 2, 2), 0);
	assert_int_equal(pread(fd, got, sizeof(got), 0), 6);
	assert_string_equal(got, "abXYef");
	close(fd);
	unlink(name);
	errno = 0;
	assert_int_equal(file_write_all_at(-1, "x", 1, 0), -1);
	assert_int_equal(errno, EBADF);
}

static void
test_fifo_and_folder_are_refused(void **state)
{
	char dir[64], path[128];
	struct err err;
	struct buf b;

	make_tmp(dir);
	buf_init(&b, 100);
	assert_int_equal(file_read(dir, &b, &err), -1);
	(void)snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(file_read(path, &b, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	buf_done(&b);
	rm_tree(dir);
}

static void
test_proc_files_have_no_size(void **state)
{
	struct err err;
	struct buf b;

	buf_init(&b, 1 << 20);
	assert_int_equal(file_read("/proc/self/status", &b, &err), 0);
	assert_true(b.len > 100);
	buf_done(&b);
}

static void
test_mkdirs(void **state)
{
	char dir[64], path[128];
	struct err err;

	make_tmp(dir);
	(void)snprintf(path, sizeof(path), "%s/a/b/c", dir);
	assert_int_equal(file_mkdirs(path, 0755, &err), 0);
	assert_int_equal(file_mkdirs(path, 0755, &err), 0);
	(void)snprintf(path, sizeof(path), "%s/f", dir);
	assert_int_equal(file_write(path, "x", 1, 0644, &err), 0);
	assert_int_equal(file_mkdirs(path, 0755, &err), -1);
	rm_tree(dir);
}

static void
test_rfc3339(void **state)
{
	char ts[CLOCK_RFC3339_SIZE];

	clock_rfc3339(0, ts);
	assert_string_equal(ts, "1970-01-01T00:00:00Z");
	clock_rfc3339(INT64_C(1795176200), ts);
	assert_string_equal(ts, "2026-11-20T12:03:20Z");
	clock_rfc3339(INT64_MAX, ts);
	assert_string_equal(ts, "0000-00-00T00:00:00Z");
}

static void
test_err_words(void **state)
{
	struct err err = {0};

	for (int i = 0; i < ERR__MAX; i++) {
		assert_non_null(err_name((enum err_code)i));
		assert_true(err_http_status((enum err_code)i) >= 200);
	}
	assert_int_equal(err_set(&err, ERR_BUSY, "%0300d", 1), -1);
	assert_int_equal(strlen(err.msg), 255);
	err_set(&err, ERR_BUSY, "b");
	err_prefix(&err, "a");
	assert_string_equal(err.msg, "a: b");
	assert_int_equal(err_set(NULL, ERR_BUSY, "x"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_write_and_read),
	    cmocka_unit_test(test_failed_write_leaves_nothing),
	    cmocka_unit_test(test_write_at),
	    cmocka_unit_test(test_fifo_and_folder_are_refused),
	    cmocka_unit_test(test_proc_files_have_no_size),
	    cmocka_unit_test(test_mkdirs),
	    cmocka_unit_test(test_rfc3339),
	    cmocka_unit_test(test_err_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
