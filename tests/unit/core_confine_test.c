/* SPDX-License-Identifier: MIT */
/*
 * What a confined process cannot do, tried by a confined process: a child of
 * each case confines itself, then tries, and its parent learns the outcome.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/confine.h"

/* What became of a try: the errno (0: it worked), or this. */
#define KILLED 1000

static char base[64];

static int
result(int rc)
{
	return rc < 0 ? errno : 0;
}

/* Runs a try in a confined child. */
static int
tried(const struct confine *c, int (*attempt)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err = {0};

		if (confine_enter(c, base, &err) != 0)
			_exit(255);
		_exit(attempt());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return KILLED;
	}
	assert_int_not_equal(WEXITSTATUS(status), 255);
	return WEXITSTATUS(status);
}

static int
nothing(void)
{
	return 0;
}

static int
do_trace(void)
{
	return result((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
do_unshare(void)
{
	return result(unshare(CLONE_NEWUSER));
}

static int
do_exec(void)
{
	char *argv[] = {(char[]){"true"}, NULL};

	return result(execv("/bin/true", argv));
}

static int
do_execveat(void)
{
	char *argv[] = {(char[]){"true"}, NULL};
	int fd = open("/bin/true", O_PATH);

	return result(
	    (int)syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH));
}

static int
do_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return result(pid);
}

static int
do_spawn(void)
{
	char *argv[] = {(char[]){"true"}, NULL};
	pid_t pid;

	return posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ);
}

static void *
in_thread(void *arg)
{
	return arg;
}

static int
do_thread(void)
{
	pthread_t t;
	int rc = pthread_create(&t, NULL, in_thread, NULL);

	return rc != 0 ? rc : pthread_join(t, NULL);
}

static int
do_internet(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static int
do_packet(void)
{
	return result(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int
do_unix(void)
{
	return result(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int
do_listen(void)
{
	return result(listen(socket(AF_UNIX, SOCK_STREAM, 0), 1));
}

static int
do_fifo(void)
{
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/free/fifo", base);
	return result(mkfifo(path, 0600));
}

static int
do_link(void)
{
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/free/link", base);
	return result(symlink("/etc/passwd", path));
}

static int
do_owner(void)
{
	return result(chown(base, getuid(), getgid()));
}

static int
do_setuid(void)
{
	return result(setresuid(getuid(), getuid(), getuid()));
}

/* --- groups of calls --------------------------------------------------------
 */

static const struct {
	enum confine_group group;
	int (*attempt)(void);
	int refused; /* the error */
} tries[] = {
    {CONFINE_MACHINE, do_trace, EPERM},
    {CONFINE_MACHINE, do_unshare, EPERM},
    {CONFINE_EXEC, do_exec, EPERM},
    {CONFINE_EXEC, do_execveat, EPERM},
    {CONFINE_FORK, do_fork, EPERM},
    {CONFINE_FORK, do_spawn, EPERM},
    {CONFINE_INTERNET, do_internet, EACCES},
    {CONFINE_INTERNET, do_packet, EACCES},
    {CONFINE_LISTEN, do_listen, EPERM},
    {CONFINE_NODES, do_fifo, EPERM},
    {CONFINE_LINKS, do_link, EPERM},
    {CONFINE_OWNERS, do_owner, EPERM},
    {CONFINE_OWNERS, do_setuid, EPERM},
};

static void
a_group_is_allowed_refused_or_fatal(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tries); i++) {
		struct confine c = {0};

		/* unshare needs what this kernel may not give anybody */
		if (tries[i].attempt != do_unshare)
			assert_int_not_equal(tried(&c, tries[i].attempt),
					     tries[i].refused);
		c.calls[tries[i].group] = CONFINE_REFUSE;
		assert_int_equal(tried(&c, tries[i].attempt), tries[i].refused);
		c.calls[tries[i].group] = CONFINE_KILL;
		assert_int_equal(tried(&c, tries[i].attempt), KILLED);
		c.hot = true;
		assert_int_equal(tried(&c, tries[i].attempt), KILLED);
	}
}

static void
a_group_refuses_only_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tries); i++) {
		struct confine c = {0};

		for (int g = 0; g < CONFINE_GROUP__MAX; g++)
			if (g != (int)tries[i].group &&
			    tries[i].attempt != do_spawn)
				c.calls[g] = CONFINE_KILL;
		if (tries[i].attempt != do_unshare)
			assert_int_not_equal(tried(&c, tries[i].attempt),
					     KILLED);
	}
}

static void
what_a_renderer_needs_stays_possible(void **state)
{
	struct confine c = {0};

	(void)state;
	for (int g = 0; g < CONFINE_GROUP__MAX; g++)
		c.calls[g] = CONFINE_KILL;
	assert_int_equal(tried(&c, nothing), 0);
	assert_int_equal(tried(&c, do_unix), 0);
	assert_int_equal(tried(&c, do_thread), 0);
}

/* --- capabilities -----------------------------------------------------------
 */

static uint32_t
has_capabilities(void)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct has[2] = {{0}, {0}};

	if (syscall(SYS_capget, &head, has) != 0)
		return UINT32_MAX;
	return has[0].effective | has[0].permitted | has[1].permitted;
}

static int
has_none(void)
{
	return has_capabilities() != 0;
}

static int
has_search_only(void)
{
	return has_capabilities() != 1u << CAP_DAC_READ_SEARCH;
}

static void
capabilities_go_but_those_kept(void **state)
{
	struct confine c = {0};

	(void)state;
	assert_int_equal(tried(&c, has_none), 0);
	c.capabilities = 1u << CAP_DAC_READ_SEARCH;
	assert_int_equal(tried(&c, (has_capabilities() & c.capabilities) != 0
				       ? has_search_only
				       : has_none),
			 0);
}

/* --- places -----------------------------------------------------------------
 */

static const char *target; /* below base */

static void
target_path(char out[128])
{
	(void)snprintf(out, 128, "%s/%s", base, target);
}

static int
do_write(void)
{
	char path[128];

	target_path(path);
	return result(open(path, O_WRONLY | O_CREAT, 0600));
}

static int
do_read(void)
{
	char path[128];

	target_path(path);
	return result(open(path, O_RDONLY));
}

static int
do_truncate(void)
{
	char path[128];

	target_path(path);
	return result(truncate(path, 0));
}

static int
do_remove(void)
{
	char path[128];

	target_path(path);
	return result(unlink(path));
}

static int
do_folder(void)
{
	char path[128];

	target_path(path);
	return result(mkdir(path, 0700));
}

static int
do_rename(void)
{
	char path[128], to[160];

	target_path(path);
	(void)snprintf(to, sizeof(to), "%s.new", path);
	return result(rename(path, to));
}

static int
at(const struct confine *c, const char *name, int (*attempt)(void))
{
	target = name;
	return tried(c, attempt);
}

static void
writing_stays_within_its_places(void **state)
{
	static const struct confine_place places[] = {
	    {"free", CONFINE_FILES},
	    {"tree", CONFINE_FILES | CONFINE_FOLDERS},
	    {"one", CONFINE_FILES},
	    {"not/there", CONFINE_FILES},
	};
	const struct confine c = {.places = places, .n_places = COUNT(places)};
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);

	(void)state;
	if (version < 1)
		skip();
	assert_int_equal(at(&c, "free/a", do_write), 0);
	assert_int_equal(at(&c, "free/a", do_rename), 0);
	assert_int_equal(at(&c, "free/a.new", do_truncate), 0);
	assert_int_equal(at(&c, "free/a.new", do_remove), 0);
	assert_int_equal(at(&c, "free/folder", do_folder), EACCES);
	assert_int_equal(at(&c, "tree/folder", do_folder), 0);
	assert_int_equal(at(&c, "tree/folder/b", do_write), 0);
	assert_int_equal(at(&c, "one", do_write), 0);
	assert_int_equal(at(&c, "other", do_read), 0);
	assert_int_equal(at(&c, "other", do_write), EACCES);
	assert_int_equal(at(&c, "other", do_remove), EACCES);
	assert_int_equal(at(&c, "other", do_rename), EACCES);
	assert_int_equal(at(&c, "new", do_write), EACCES);
	assert_int_equal(at(&c, "new", do_folder), EACCES);
	assert_int_equal(at(&c, "other", do_truncate),
			 version >= 3 ? EACCES : 0);
}

static void
no_place_is_nowhere_and_none_named_is_anywhere(void **state)
{
	static const struct confine_place none[] = {{"not/there", 0}};
	struct confine c = {.places = none, .n_places = 1};

	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		    LANDLOCK_CREATE_RULESET_VERSION) < 1)
		skip();
	assert_int_equal(at(&c, "free/c", do_write), EACCES);
	c.places = NULL;
	assert_int_equal(at(&c, "free/c", do_write), 0);
}

/* --- the box ----------------------------------------------------------------
 */

static int
in_box(int (*attempt)(void))
{
	static const int calls[] = {SYS_exit_group, SYS_write};
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (confine_to(calls, COUNT(calls), NULL) != 0)
			_exit(255);
		_exit(attempt());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : -1;
	return WEXITSTATUS(status);
}

static int
do_getppid(void)
{
	return getppid() == 0;
}

static void
a_box_kills_whatever_is_not_named(void **state)
{
	(void)state;
	target = "other";
	assert_int_equal(in_box(nothing), 0);
	assert_int_equal(in_box(do_read), KILLED);
	assert_int_equal(in_box(do_getppid), KILLED);
	assert_int_equal(in_box(do_unix), KILLED);
}

/* --- the folder -------------------------------------------------------------
 */

static int
set_up(void **state)
{
	static const char *const folders[] = {"free", "tree"},
				 *const files[] = {"one", "other"};
	char path[96];
	int fd;

	(void)state;
	make_tmp(base);
	for (size_t i = 0; i < COUNT(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", base, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	for (size_t i = 0; i < COUNT(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", base, files[i]);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		assert_true(fd >= 0);
		(void)close(fd);
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rm_tree(base);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_group_is_allowed_refused_or_fatal),
	    cmocka_unit_test(a_group_refuses_only_its_own),
	    cmocka_unit_test(what_a_renderer_needs_stays_possible),
	    cmocka_unit_test(capabilities_go_but_those_kept),
	    cmocka_unit_test(writing_stays_within_its_places),
	    cmocka_unit_test(no_place_is_nowhere_and_none_named_is_anywhere),
	    cmocka_unit_test(a_box_kills_whatever_is_not_named),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
