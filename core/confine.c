/* SPDX-License-Identifier: MIT */
/*
 * Giving up rights: see confine.h.  System calls through libseccomp, writing
 * through Landlock, which kernels before 5.13 do not have.
 */
#include "core/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS_MAX 32

/* The calls of each group that are refused whatever their arguments. */
static const struct {
	size_t n;
	int calls[CALLS_MAX];
} groups[CONFINE_GROUP__MAX] = {
#define N(...)                                                                 \
	sizeof((int[]){__VA_ARGS__}) / sizeof(int),                            \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
    [CONFINE_MACHINE] = {N(
	SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(bpf), SCMP_SYS(userfaultfd),
	SCMP_SYS(perf_event_open), SCMP_SYS(io_uring_setup), SCMP_SYS(mount),
	SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
	SCMP_SYS(setns), SCMP_SYS(unshare), SCMP_SYS(init_module),
	SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
	SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(keyctl),
	SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime),
	SCMP_SYS(sethostname))},
    [CONFINE_EXEC] = {N(SCMP_SYS(execve), SCMP_SYS(execveat))},
    [CONFINE_FORK] = {N(SCMP_SYS(fork), SCMP_SYS(vfork))},
    [CONFINE_LISTEN] = {N(SCMP_SYS(bind), SCMP_SYS(listen))},
    [CONFINE_NODES] = {N(SCMP_SYS(mknod), SCMP_SYS(mknodat))},
    [CONFINE_LINKS] = {N(SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(link),
			 SCMP_SYS(linkat))},
    [CONFINE_OWNERS] = {N(SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(lchown),
			  SCMP_SYS(fchownat), SCMP_SYS(setuid),
			  SCMP_SYS(setgid), SCMP_SYS(setreuid),
			  SCMP_SYS(setregid), SCMP_SYS(setresuid),
			  SCMP_SYS(setresgid), SCMP_SYS(setgroups))},
#undef N
};

static uint32_t
action(enum confine_answer answer, uint32_t refusal)
{
	return answer == CONFINE_KILL ? SCMP_ACT_KILL_PROCESS
				      : SCMP_ACT_ERRNO(refusal);
}

/*
 * A fork is a clone that makes no thread.  What clone3 wants cannot be looked
 * at; without it the C library goes back to clone.
 */
static int
refuse_forks(scmp_filter_ctx ctx, uint32_t act)
{
	int rc = seccomp_rule_add(
	    ctx, act, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, (scmp_datum_t)CLONE_THREAD, 0));

	return rc != 0 ? rc
		       : seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
					  SCMP_SYS(clone3), 0);
}

static int
add_group(scmp_filter_ctx ctx, enum confine_group g, enum confine_answer answer)
{
	uint32_t act = action(answer, EPERM);
	int rc = 0;

	for (size_t i = 0; i < groups[g].n && rc == 0; i++)
		rc = seccomp_rule_add(ctx, act, groups[g].calls[i], 0);
	if (rc == 0 && g == CONFINE_FORK)
		rc = refuse_forks(ctx, act);
	if (rc == 0 && g == CONFINE_INTERNET)
		rc = seccomp_rule_add(ctx, action(answer, EACCES),
				      SCMP_SYS(socket), 1,
				      SCMP_A0(SCMP_CMP_NE, AF_UNIX));
	return rc;
}

static int
load(scmp_filter_ctx ctx, int rc, struct err *err)
{
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == 0 ? 0 : err_sys(err, -rc, "seccomp");
}

static int
filter_calls(const struct confine *c, struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc = 0;

	if (ctx == NULL)
		return err_set(err, ERR_NOMEM, "seccomp: no filter");
	/* a tree, not a list */
	if (c->hot)
		(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (int g = 0; g < CONFINE_GROUP__MAX && rc == 0; g++)
		if (c->calls[g] != CONFINE_ALLOW)
			rc = add_group(ctx, (enum confine_group)g, c->calls[g]);
	return load(ctx, rc, err);
}

static int
drop_capabilities(uint32_t keep, struct err *err)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct has[2] = {{0}, {0}};

	if (syscall(SYS_capget, &head, has) != 0)
		return err_sys(err, errno, "reading capabilities");
	has[0].permitted &= keep;
	has[0].effective = has[0].permitted;
	has[0].inheritable = 0;
	has[1] = (struct __user_cap_data_struct){0};
	if (syscall(SYS_capset, &head, has) != 0)
		return err_sys(err, errno, "dropping capabilities");
	return 0;
}

/* --- Landlock ---------------------------------------------------------------
 */

/* since its third version; Debian 12's headers are older than its kernels */
#define WRITE_TRUNCATE (UINT64_C(1) << 14)

#define WRITES                                                                 \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |       \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |       \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |           \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |         \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What can be allowed for one file. */
#define OF_A_FILE (LANDLOCK_ACCESS_FS_WRITE_FILE | WRITE_TRUNCATE)

static uint64_t
rights(unsigned may)
{
	uint64_t r = 0;

	if ((may & CONFINE_FILES) != 0)
		r |= OF_A_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		     LANDLOCK_ACCESS_FS_MAKE_REG;
	if ((may & CONFINE_FOLDERS) != 0)
		r |= LANDLOCK_ACCESS_FS_MAKE_DIR;
	return r;
}

static int
place_path(const char *base, const char *name, char out[PATH_MAX],
	   struct err *err)
{
	int n = name[0] == '/' ? snprintf(out, PATH_MAX, "%s", name)
			       : snprintf(out, PATH_MAX, "%s%s%s", base,
					  name[0] != '\0' ? "/" : "", name);

	return n > 0 && n < PATH_MAX
		   ? 0
		   : err_set(err, ERR_TOO_LARGE, "%.60s: name too long", name);
}

static int
allow(int set, uint64_t handled, const char *base,
      const struct confine_place *p, struct err *err)
{
	struct landlock_path_beneath_attr below = {
	    .allowed_access = rights(p->may) & handled,
	};
	char path[PATH_MAX];
	struct stat st;
	int rc = 0;

	if (place_path(base, p->name, path, err) != 0)
		return -1;
	below.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (below.parent_fd < 0)
		return errno == ENOENT ? 0
				       : err_sys(err, errno, "%s: open", path);
	if (fstat(below.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		below.allowed_access &= OF_A_FILE;
	if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH,
		    &below, 0U) != 0)
		rc = err_sys(err, errno, "%s: fence", path);
	(void)close(below.parent_fd);
	return rc;
}

/* Where a sanitizer of `make check-asan` writes what it finds. */
static struct confine_place
reports_place(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return (struct confine_place){getenv("ROBIN_REPORTS"), CONFINE_FILES};
#else
	return (struct confine_place){NULL, 0};
#endif
}

static int
fence_writes(const struct confine *c, const char *base, struct err *err)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = WRITES};
	const struct confine_place reports = reports_place();
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	int rc = 0, set;

	if (version < 1)
		return 0;
	if (version >= 3)
		attr.handled_access_fs |= WRITE_TRUNCATE;
	set =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0U);
	if (set < 0)
		return err_sys(err, errno, "fence");
	for (size_t i = 0; i < c->n_places && rc == 0; i++)
		rc = allow(set, attr.handled_access_fs, base, &c->places[i],
			   err);
	if (rc == 0 && reports.name != NULL)
		rc = allow(set, attr.handled_access_fs, base, &reports, err);
	if (rc == 0 && syscall(SYS_landlock_restrict_self, set, 0U) != 0)
		rc = err_sys(err, errno, "fence");
	(void)close(set);
	return rc;
}

/* --- all of it --------------------------------------------------------------
 */

int
confine_enter(const struct confine *c, const char *base, struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0)
		return err_sys(err, errno, "no_new_privs");
	if (c->places != NULL && fence_writes(c, base, err) != 0)
		return -1;
	if (drop_capabilities(c->capabilities, err) != 0)
		return -1;
	return filter_calls(c, err);
}

int
confine_to(const int *calls, size_t n, struct err *err)
{
	scmp_filter_ctx ctx;
	int rc = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0)
		return err_sys(err, errno, "no_new_privs");
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (ctx == NULL)
		return err_set(err, ERR_NOMEM, "seccomp: no filter");
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
#if defined(__SANITIZE_ADDRESS__)
	/* made before every call that does not return */
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
				      SCMP_SYS(sigaltstack), 0);
#endif
	return load(ctx, rc, err);
}
