/* SPDX-License-Identifier: MIT */
/*
 * What a worker may still write, tried by one: a child enters the jail, then
 * tries, and its parent learns the errno.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/file.h"
#include "core/inbox.h"
#include "fcgi/jail.h"
#include "rrd/gate.h"

static char state[64];
static int gate_fd = -1;

static const char *
below(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", state, name);
	return path;
}

static int
make(void *name)
{
	int fd = open(below(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? errno : 0;
}

static int
drop(void *arg)
{
	struct err err = {0};

	(void)arg;
	return inbox_drop(state, "{}", 2, NULL, &err) == 0 ? 0 : 1;
}

static int
remove_file(void *name)
{
	return unlink(below(name)) != 0 ? errno : 0;
}

/* The gate was opened before. */
static int
take_turn(void *arg)
{
	struct gate g = {.fd = gate_fd};
	struct err err = {0};

	(void)arg;
	return gate_enter_read(&g, "a/b/c", &err) == 0 ? 0 : 1;
}

static int
tried(int (*attempt)(void *), const char *name)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err = {0};

		if (jail_enter(state, &err) != 0)
			_exit(255);
		_exit(attempt((void *)(uintptr_t)name));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 255);
	return WEXITSTATUS(status);
}

static bool
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		       LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

static void
writes_in_the_inbox(void **s)
{
	(void)s;
	assert_int_equal(tried(drop, NULL), 0);
	assert_int_equal(tried(make, "inbox/x"), 0);
	assert_int_equal(tried(remove_file, "inbox/x"), 0);
	assert_int_equal(tried(take_turn, NULL), 0);
}

static void
writes_nowhere_else(void **s)
{
	static const char *const names[] = {
	    "new",  "rrd/c/h/f.rrd",   "run/x",		  "tokens",  "kept",
	    "gate", "../robin-jail-x", "site/index.html", "log/000", "sign.key",
	};

	(void)s;
	if (!has_landlock())
		skip();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(tried(make, names[i]), EACCES);
	assert_int_equal(tried(remove_file, "kept"), EACCES);
}

static int
prepare(void **s)
{
	static const char *const folders[] = {"rrd", "rrd/c", "rrd/c/h",
					      "run", "site",  "log"};
	struct gate g;

	(void)s;
	(void)snprintf(state, sizeof(state), "/tmp/robin-jail-XXXXXX");
	if (mkdtemp(state) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (mkdir(below(folders[i]), 0700) != 0)
			return -1;
	if (gate_open(&g, state, NULL) != 0)
		return -1;
	gate_fd = g.fd;
	return file_write(below("kept"), "x", 1, 0600, NULL);
}

static int
clean(void **s)
{
	char command[96];

	(void)s;
	(void)snprintf(command, sizeof(command), "rm -rf %s", state);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_in_the_inbox),
	    cmocka_unit_test(writes_nowhere_else),
	};

	return cmocka_run_group_tests(tests, prepare, clean);
}
