/* SPDX-License-Identifier: MIT */
/* Giving up what a collector does not need: see confine.h. */
#include "collectors/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Calls that fail: nothing here makes them. */
static const int refused[] = {
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(sethostname),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
};

static const int exec_calls[] = {SCMP_SYS(execve), SCMP_SYS(execveat)};

static int
refuse(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
	return rc;
}

static int
add_rules(scmp_filter_ctx ctx, unsigned needs)
{
	int rc = refuse(ctx, refused, sizeof(refused) / sizeof(refused[0]));

	if (rc == 0 && (needs & COLLECT_NEEDS_EXEC) == 0)
		rc = refuse(ctx, exec_calls, 2);
	if (rc == 0 && (needs & COLLECT_NEEDS_NET) == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
				      SCMP_SYS(socket), 1,
				      SCMP_A0(SCMP_CMP_NE, AF_UNIX));
	return rc;
}

static int
filter_calls(unsigned needs, struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (ctx == NULL)
		return err_set(err, ERR_NOMEM, "seccomp: no filter");
	rc = add_rules(ctx, needs);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == 0 ? 0 : err_sys(err, -rc, "seccomp");
}

/*
 * Keeps, of what there is, only the right to look; and to write in a state
 * folder that is somebody else's.
 */
static int
drop_capabilities(const char *state, struct err *err)
{
	uint32_t keep = 1u << CAP_DAC_READ_SEARCH;
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct has[2] = {{0}, {0}};

	struct stat st;

	if (stat(state, &st) == 0 && st.st_uid != geteuid())
		keep |= 1u << CAP_DAC_OVERRIDE;
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

#define WRITES                                                                 \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |       \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |       \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |           \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |         \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* Writing only below the state folder; a kernel without Landlock is fine. */
static int
fence_writes(const char *state, struct err *err)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = WRITES};
	struct landlock_path_beneath_attr below = {
	    .allowed_access =
		LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR,
	};
	int rc = 0, set;

	set =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0U);
	if (set < 0)
		return 0;
	below.parent_fd = open(state, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (below.parent_fd < 0)
		rc = err_sys(err, errno, "%s: open", state);
	else if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH,
			 &below, 0U) != 0 ||
		 syscall(SYS_landlock_restrict_self, set, 0U) != 0)
		rc = err_sys(err, errno, "%s: fence", state);
	if (below.parent_fd >= 0)
		(void)close(below.parent_fd);
	(void)close(set);
	return rc;
}

int
confine_enter(const char *state, unsigned needs, struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0)
		return err_sys(err, errno, "no_new_privs");
	if ((needs & COLLECT_NEEDS_EXEC) == 0 && fence_writes(state, err) != 0)
		return -1;
	if (drop_capabilities(state, err) != 0)
		return -1;
	return filter_calls(needs, err);
}
