/* SPDX-License-Identifier: MIT */
/*
 * LD_PRELOAD library for the tests of failing machines.  It counts the calls
 * that matter (system calls that change files, and librrd's rrd_write, which
 * writes through a mapping) and, as the environment says,
 *
 *   FAULT_KILL=n            sends SIGKILL before the nth call
 *   FAULT_TEAR=1            counts only pwrites to archives that lie on two
 *                           pages, and kills between the pages
 *   FAULT_AT=n FAULT_ERRNO=e  fails the nth call with errno e; with
 *   FAULT_STICKY=1          and every later one that can fail so
 *   FAULT_WHILE=file        only while that file is there
 *   FAULT_ONLY=name         counts only that call
 *   FAULT_COUNT=file        writes the number of calls there at exit
 *   FAULT_TRACE=1           names the calls that fail on standard error
 *   FAULT_BUS=name          raises SIGBUS when librrd writes to a file of
 *                           that name, as a lost page would
 *   FAULT_CLOCK=file        holds "WALL BOOT SYNCED": seconds added to the wall
 *                           clock and to the boot clock, and what the kernel
 *                           says about being synchronised
 *   FAULT_ROOT=dir FAULT_SHADOW=dir  keeps in the shadow what a power loss
 *                           leaves for sure: files as of their last sync
 *   FAULT_HOLD=file         a syncfs says so in FILE.begun and lasts until the
 *                           file is there
 *   FAULT_FORGET=1          drops what recovery writes back into an archive:
 *                           the broken store that a test must be able to tell
 *   FAULT_SERVER=in,out     stops before main and runs it in a child for each
 *                           line "KILL AT ERRNO STICKY STDIN STDOUT STDERR"
 *                           read from descriptor in; the wait status goes to
 *                           out.  Saves a thousand runs their exec and linking
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long calls, kill_at, fail_at;
static int fail_errno, sticky, ready;
static const char *only, *count_file, *root, *shadow, *bus, *ill;

static void
setup(void)
{
	const char *s;

	if (ready)
		return;
	ready = 1;
	kill_at = (s = getenv("FAULT_KILL")) ? atol(s) : 0;
	fail_at = (s = getenv("FAULT_AT")) ? atol(s) : 0;
	fail_errno = (s = getenv("FAULT_ERRNO")) ? atoi(s) : EIO;
	sticky = getenv("FAULT_STICKY") != NULL;
	only = getenv("FAULT_ONLY");
	count_file = getenv("FAULT_COUNT");
	root = getenv("FAULT_ROOT");
	shadow = getenv("FAULT_SHADOW");
	bus = getenv("FAULT_BUS");
	ill = getenv("FAULT_WHILE");
}

/* Counts one call; true when it is to fail. */
static int
step(const char *name)
{
	setup();
	if (only != NULL && strcmp(only, name) != 0)
		return 0;
	calls++;
	if (calls == kill_at)
		syscall(SYS_kill, getpid(), SIGKILL);
	if (fail_at > 0 && (calls == fail_at || (sticky && calls > fail_at)) &&
	    (ill == NULL || access(ill, F_OK) == 0)) {
		if (getenv("FAULT_TRACE") != NULL)
			dprintf(2, "fault: call %ld, %s\n", calls, name);
		errno = fail_errno;
		return 1;
	}
	return 0;
}

__attribute__((destructor)) static void
report(void)
{
	setup();
	if (count_file != NULL) {
		FILE *f = fopen(count_file, "w");

		if (f != NULL) {
			fprintf(f, "%ld\n", calls);
			fclose(f);
		}
	}
}

/* --- the shadow ----------------------------------------------------------- */
static void
copy_file(const char *from, const char *to)
{
	char buf[65536], dir[PATH_MAX];
	struct stat st;
	long n, in, out;
	off_t at = 0;

	in = syscall(SYS_openat, AT_FDCWD, from, O_RDONLY | O_NOFOLLOW, 0);
	if (in < 0)
		return;
	if (fstat((int)in, &st) != 0 || !S_ISREG(st.st_mode))
		goto done;
	snprintf(dir, sizeof(dir), "%s", to);
	for (char *p = dir + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			mkdir(dir, 0755);
			*p = '/';
		}
	out = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_TRUNC,
		      0644);
	/* log segments are mostly holes: only what is there */
	while (out >= 0 && (at = lseek((int)in, at, SEEK_DATA)) >= 0) {
		n = syscall(SYS_pread64, in, buf, sizeof(buf), at);
		if (n <= 0)
			break;
		syscall(SYS_pwrite64, out, buf, n, at);
		at += n;
	}
	if (out >= 0) {
		syscall(SYS_ftruncate, out, st.st_size);
		syscall(SYS_close, out);
	}
done:
	syscall(SYS_close, in);
}

static void
copy_tree(const char *rel)
{
	char from[PATH_MAX], sub[PATH_MAX], to[PATH_MAX];
	struct dirent *e;
	DIR *d;

	snprintf(from, sizeof(from), "%s%s", root, rel);
	d = opendir(from);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", rel, e->d_name);
		if (e->d_type == DT_DIR) {
			copy_tree(sub);
			continue;
		}
		snprintf(from, sizeof(from), "%s%s", root, sub);
		snprintf(to, sizeof(to), "%s%s", shadow, sub);
		copy_file(from, to);
	}
	if (d != NULL)
		closedir(d);
}

/* What a successful sync of fd makes certain. */
static void
keep(int fd, int whole)
{
	char link[64], name[PATH_MAX], to[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (root == NULL || shadow == NULL)
		return;
	if (whole) {
		copy_tree("");
		return;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name) - 1);
	if (n <= 0)
		return;
	name[n] = '\0';
	if (strncmp(name, root, strlen(root)) != 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		/* names: files that are there, with what is known of them;
		 * those that are gone, gone */
		struct dirent *e;
		DIR *d;

		snprintf(to, sizeof(to), "%s%s", shadow, name + strlen(root));
		d = opendir(to);
		while (d != NULL && (e = readdir(d)) != NULL) {
			char real[PATH_MAX + 300], mine[PATH_MAX + 300];

			if (e->d_type != DT_REG)
				continue;
			snprintf(real, sizeof(real), "%s/%s", name, e->d_name);
			snprintf(mine, sizeof(mine), "%s/%s", to, e->d_name);
			if (access(real, F_OK) != 0)
				unlink(mine);
		}
		if (d != NULL)
			closedir(d);
		/* a segment is synced before it gets its name */
		d = opendir(name);
		while (d != NULL && (e = readdir(d)) != NULL) {
			char real[PATH_MAX + 300], mine[PATH_MAX + 300];

			if (e->d_type != DT_REG)
				continue;
			snprintf(real, sizeof(real), "%s/%s", name, e->d_name);
			snprintf(mine, sizeof(mine), "%s/%s", to, e->d_name);
			if (access(mine, F_OK) != 0)
				copy_file(real, mine);
		}
		if (d != NULL)
			closedir(d);
		return;
	}
	snprintf(to, sizeof(to), "%s%s", shadow, name + strlen(root));
	copy_file(name, to);
}

/* --- the calls ------------------------------------------------------------ */
#define REAL(name)                                                             \
	static __typeof__(name) *real;                                         \
	if (real == NULL)                                                      \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRAP(ret, name, params, args, bad)                                     \
	ret name params                                                        \
	{                                                                      \
		REAL(name);                                                    \
		if (step(#name))                                               \
			return bad;                                            \
		return real args;                                              \
	}

/* Whether fd is an archive's. */
static int
is_archive(int fd)
{
	char link[64], name[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name));
	return n > 4 && memcmp(name + n - 4, ".rrd", 4) == 0 &&
	       memmem(name, (size_t)n, "/.", 2) == NULL;
}

/* Whoever feeds an archive locks it first; recovery, before others, does not.
 */
static int feeding = -1;

int
fcntl(int fd, int cmd, ...)
{
	static int (*real)(int, int, ...);
	va_list ap;
	void *arg;

	if (real == NULL)
		real = (int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl");
	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (cmd == F_SETLK)
		feeding = fd;
	return real(fd, cmd, arg);
}

/* The part of a write of an archive that is on its first page; 0: all is. */
static size_t
first_page(int fd, size_t n, off_t o)
{
	size_t first = 4096 - (size_t)o % 4096;

	return first < n && is_archive(fd) ? first : 0;
}

ssize_t
pwrite(int fd, const void *b, size_t n, off_t o)
{
	REAL(pwrite);
	static int forget = -1;

	if (forget < 0)
		forget = getenv("FAULT_FORGET") != NULL;
	if (forget && fd != feeding && is_archive(fd))
		return (ssize_t)n;
	if (getenv("FAULT_TEAR") != NULL) {
		size_t first = first_page(fd, n, o);

		/* the kernel looks for a kill between two pages */
		if (first == 0)
			return real(fd, b, n, o);
		if (calls + 1 == kill_at)
			(void)!real(fd, b, first, o);
	}
	return step("pwrite") ? -1 : real(fd, b, n, o);
}

WRAP(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o),
     (fd, b, n, o), -1)
WRAP(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n), -1)
WRAP(int, rename, (const char *a, const char *b), (a, b), -1)
WRAP(int, unlink, (const char *a), (a), -1)
WRAP(int, mkdir, (const char *a, mode_t m), (a, m), -1)
WRAP(int, chmod, (const char *a, mode_t m), (a, m), -1)
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), -1)
WRAP(FILE *, fdopen, (int fd, const char *m), (fd, m), NULL)
WRAP(int, fflush, (FILE * f), (f), -1)
WRAP(int, flock, (int fd, int op), (fd, op), -1)
WRAP(int, renameat2, (int d, const char *a, int e, const char *b, unsigned f),
     (d, a, e, b, f), -1)

int
posix_fallocate(int fd, off_t a, off_t n)
{
	REAL(posix_fallocate);
	if (step("posix_fallocate"))
		return fail_errno;
	return real(fd, a, n);
}

void *
mmap(void *a, size_t n, int prot, int flags, int fd, off_t o)
{
	if (fd >= 0 && ready && step("mmap"))
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, a, n, prot, flags, fd, o);
}

int
open(const char *name, int flags, ...)
{
	mode_t mode = 0;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (strncmp(name, "/proc", 5) != 0 && step("open"))
		return -1;
	return (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}

int
fdatasync(int fd)
{
	REAL(fdatasync);
	int rc;

	if (step("fdatasync"))
		return -1;
	rc = root != NULL ? 0 : real(fd);
	if (rc == 0)
		keep(fd, 0);
	return rc;
}

int
fsync(int fd)
{
	REAL(fsync);
	int rc;

	if (step("fsync"))
		return -1;
	rc = root != NULL ? 0 : real(fd);
	if (rc == 0)
		keep(fd, 0);
	return rc;
}

/* A sync that lasts: durable is what there was at its beginning. */
static void
hold(int fd)
{
	const char *name = getenv("FAULT_HOLD");
	char begun[PATH_MAX];

	keep(fd, 1);
	if (name == NULL)
		return;
	snprintf(begun, sizeof(begun), "%s.begun", name);
	syscall(SYS_close,
		syscall(SYS_openat, AT_FDCWD, begun, O_WRONLY | O_CREAT, 0644));
	for (int i = 0; i < 20000 && access(name, F_OK) != 0; i++)
		usleep(1000);
}

int
syncfs(int fd)
{
	REAL(syncfs);
	int rc;

	if (step("syncfs"))
		return -1;
	rc = root != NULL ? 0 : real(fd);
	if (rc == 0)
		hold(fd);
	return rc;
}

/* --- the clocks ------------------------------------------------------------
 */
static int
read_clock(long out[3])
{
	const char *file = getenv("FAULT_CLOCK");
	char buf[128];
	long fd, n;

	if (file == NULL)
		return 0;
	fd = syscall(SYS_openat, AT_FDCWD, file, O_RDONLY, 0);
	if (fd < 0)
		return 0;
	n = syscall(SYS_read, fd, buf, sizeof(buf) - 1);
	syscall(SYS_close, fd);
	buf[n > 0 ? n : 0] = '\0';
	return sscanf(buf, "%ld %ld %ld", &out[0], &out[1], &out[2]) == 3;
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	REAL(clock_gettime);
	long add[3];
	int rc = real(id, ts);

	if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_BOOTTIME) &&
	    read_clock(add))
		ts->tv_sec += add[id == CLOCK_BOOTTIME];
	return rc;
}

/* To a time of the clock as it was set. */
int
clock_nanosleep(clockid_t id, int flags, const struct timespec *until,
		struct timespec *left)
{
	REAL(clock_nanosleep);
	struct timespec ts = *until;
	long add[3];

	if (id == CLOCK_BOOTTIME && (flags & TIMER_ABSTIME) && read_clock(add))
		ts.tv_sec -= add[1];
	return real(id, flags, &ts, left);
}

int
adjtimex(struct timex *t)
{
	REAL(adjtimex);
	long add[3];
	int rc = real(t);

	if (!read_clock(add))
		return rc;
	t->status = add[2] ? 0 : STA_UNSYNC;
	return add[2] ? TIME_OK : TIME_ERROR;
}

static const char *updating;

int
rrd_updatex_r(const char *name, const char *tmplt, int flags, int argc,
	      const char **argv)
{
	static int (*real)(const char *, const char *, int, int, const char **);
	int rc;

	if (real == NULL)
		real =
		    (int (*)(const char *, const char *, int, int,
			     const char **))dlsym(RTLD_NEXT, "rrd_updatex_r");
	updating = name;
	rc = real(name, tmplt, flags, argc, argv);
	updating = NULL;
	return rc;
}

/* What librrd writes goes through its mapping: a boundary inside. */
ssize_t
rrd_write(void *file, const void *b, size_t n)
{
	static ssize_t (*real)(void *, const void *, size_t);

	if (real == NULL)
		real = (ssize_t(*)(void *, const void *, size_t))dlsym(
		    RTLD_NEXT, "rrd_write");
	setup();
	if (bus != NULL && updating != NULL && strstr(updating, bus) != NULL)
		raise(SIGBUS);
	if (kill_at > 0)
		(void)step("rrd_write");
	else {
		setup();
		if (only == NULL && fail_at == 0)
			calls++;
	}
	return real(file, b, n);
}

/* --- many runs of one program ----------------------------------------------
 */
static int (*real_main)(int, char **, char **);

static void
redirect(const char *name, int fd, int flags)
{
	long n = syscall(SYS_openat, AT_FDCWD, name, flags, 0644);

	if (n < 0)
		_exit(126);
	dup2((int)n, fd);
	syscall(SYS_close, n);
}

/* Returns in the child that is to run. */
static void
serve(int in, int out)
{
	char name[3][PATH_MAX];
	FILE *f = fdopen(in, "r");
	int status;
	pid_t pid;

	while (f != NULL && fscanf(f, "%ld %ld %d %d %4095s %4095s %4095s",
				   &kill_at, &fail_at, &fail_errno, &sticky,
				   name[0], name[1], name[2]) == 7) {
		pid = fork();
		if (pid == 0) {
			syscall(SYS_close, in);
			syscall(SYS_close, out);
			redirect(name[0], 0, O_RDONLY);
			redirect(name[1], 1, O_WRONLY | O_CREAT | O_TRUNC);
			redirect(name[2], 2, O_WRONLY | O_CREAT | O_TRUNC);
			calls = 0;
			return;
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			status = 127 << 8;
		dprintf(out, "%d\n", status);
	}
	_exit(0);
}

static int
served_main(int argc, char **argv, char **envp)
{
	const char *s = getenv("FAULT_SERVER");
	int in, out;

	setup();
	if (s != NULL && sscanf(s, "%d,%d", &in, &out) == 2)
		serve(in, out);
	return real_main(argc, argv, envp);
}

int
__libc_start_main(int (*fn)(int, char **, char **), int argc, char **argv,
		  int (*init)(int, char **, char **), void (*fini)(void),
		  void (*rtld_fini)(void), void *stack_end)
{
	__typeof__(__libc_start_main) *real =
	    (__typeof__(__libc_start_main) *)dlsym(RTLD_NEXT,
						   "__libc_start_main");

	real_main = fn;
	return real(served_main, argc, argv, init, fini, rtld_fini, stack_end);
}
