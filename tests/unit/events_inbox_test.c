/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/file.h"
#include "core/state.h"
#include "events/inbox.h"

static struct inbox in;
static int read_fails; /* errno, once */

/* Stand before libc's: a disk that fails to read a message. */
ssize_t
read(int fd, void *data, size_t n)
{
	if (read_fails != 0) {
		errno = read_fails;
		read_fails = 0;
		return -1;
	}
	return syscall(SYS_read, fd, data, n);
}

/* What read is where the compiler knows the size of data. */
ssize_t __read_chk(int fd, void *data, size_t n, size_t size);
ssize_t
__read_chk(int fd, void *data, size_t n, size_t size)
{
	(void)size;
	return read(fd, data, n);
}

static void
put(const char *dir, const char *name, const char *text)
{
	char path[256];
	struct err err;

	(void)snprintf(path, sizeof(path), "%s/inbox/%s", dir, name);
	assert_int_equal(file_write(path, text, strlen(text), 0640, &err), 0);
}

static bool
there(const char *dir, const char *name)
{
	char path[256];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/inbox/%s", dir, name);
	return lstat(path, &st) == 0;
}

/* What cannot be read now is not bad: it stays for the next time. */
static void
test_a_failing_read_loses_nothing(void **state)
{
	static const int errors[] = {EIO, ENOMEM, EINTR};
	char dir[64];
	struct err err;

	make_tmp(dir);
	assert_int_equal(state_init(dir, &err), 0);
	put(dir, "0-first.json", "{\"a\":2}");
	for (size_t i = 0; i < COUNT(errors); i++) {
		read_fails = errors[i];
		assert_int_equal(inbox_read(dir, &in, &err), 0);
		assert_int_equal(read_fails, 0);
		assert_int_equal(in.n_bad, 0);
		inbox_done(&in);
		assert_true(there(dir, "0-first.json"));
	}
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(in.n, 1);
	inbox_done(&in);
	rm_tree(dir);
}

static void
test_drop_and_read(void **state)
{
	char dir[64], name[INBOX_NAME_SIZE];
	struct err err;

	make_tmp(dir);
	assert_int_equal(inbox_read(dir, &in, &err), 0); /* no folder yet */
	assert_int_equal(in.n, 0);
	assert_int_equal(state_init(dir, &err), 0);
	assert_int_equal(inbox_drop(dir, "{\"a\":1}", 7, name, &err), 0);
	put(dir, "0-first.json", "{\"a\":2}");
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(in.n, 2);
	assert_int_equal(in.n_bad, 0);
	assert_string_equal(in.items[0].name, "0-first.json");
	assert_string_equal(in.items[1].name, name);
	inbox_done(&in);
	/* not removed: a kill here reads them again */
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(in.n, 2);
	inbox_refuse(&in, 0);
	assert_int_equal(inbox_remove(&in, &err), 0);
	inbox_done(&in);
	assert_false(there(dir, name));
	assert_true(there(dir, "bad/0-first.json"));
	rm_tree(dir);
}

static void
test_hostile_files(void **state)
{
	char dir[64], path[256];
	struct err err;
	char *large = malloc(INBOX_BYTES_MAX + 2);

	make_tmp(dir);
	assert_int_equal(state_init(dir, &err), 0);
	memset(large, ' ', INBOX_BYTES_MAX + 1);
	large[0] = '{';
	large[INBOX_BYTES_MAX] = '}';
	large[INBOX_BYTES_MAX + 1] = '\0';
	put(dir, "large.json", large);
	put(dir, "empty.json", "");
	put(dir, "list.json", "[1]");
	put(dir, "cut.json", "{\"a\":");
	put(dir, "two.json", "{}{}");
	put(dir, "nul.json", "{\"a\":\"x\\u0000y\"}");
	put(dir, "note.json.tmp77", "{}");
	(void)snprintf(path, sizeof(path), "%s/inbox/fifo.json", dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	(void)snprintf(path, sizeof(path), "%s/inbox/link.json", dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	put(dir, "good.json", "{\"kind\":\"x\"}");
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(in.n, 1);
	assert_int_equal(in.n_bad, 8);
	assert_string_equal(in.items[0].name, "good.json");
	inbox_done(&in);
	assert_true(there(dir, "bad/link.json"));
	assert_true(there(dir, "note.json.tmp77")); /* maybe being written */
	/* a second pass has nothing bad left to look at */
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(in.n_bad, 0);
	inbox_done(&in);
	free(large);
	rm_tree(dir);
}

static void
test_the_quarantine_is_bounded(void **state)
{
	char dir[64], name[64];
	struct err err;
	int kept = 0;

	make_tmp(dir);
	assert_int_equal(state_init(dir, &err), 0);
	for (int i = 0; i < INBOX_BAD_MAX + 20; i++) {
		(void)snprintf(name, sizeof(name), "b%03d.json", i);
		put(dir, name, "no");
	}
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(in.n_bad, INBOX_BAD_MAX + 20);
	for (int i = 0; i < INBOX_BAD_MAX + 20; i++) {
		(void)snprintf(name, sizeof(name), "bad/b%03d.json", i);
		kept += there(dir, name);
	}
	assert_int_equal(kept, INBOX_BAD_MAX);
	rm_tree(dir);
}

static void
test_a_full_inbox_refuses(void **state)
{
	char dir[64], path[128];
	struct err err;
	int rc = 0;

	make_tmp(dir);
	assert_int_equal(state_init(dir, &err), 0);
	for (int i = 0; i < INBOX_FILES_MAX; i++) {
		FILE *f;

		(void)snprintf(path, sizeof(path), "%s/inbox/%d.json", dir, i);
		f = fopen(path, "w");
		assert_non_null(f);
		(void)fclose(f);
	}
	rc = inbox_drop(dir, "{}", 2, NULL, &err);
	assert_int_equal(rc, -1);
	assert_int_equal(err.code, ERR_FULL);
	rm_tree(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_failing_read_loses_nothing),
	    cmocka_unit_test(test_drop_and_read),
	    cmocka_unit_test(test_hostile_files),
	    cmocka_unit_test(test_the_quarantine_is_bounded),
	    cmocka_unit_test(test_a_full_inbox_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
