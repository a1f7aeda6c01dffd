/* SPDX-License-Identifier: MIT */
/* What a worker gives up: see jail.h. */
#include "fcgi/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Calls that end the process: nothing of ours ever makes them. */
static const int fatal[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
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
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
};

/* Calls that fail: a library may try them and do without. */
static const int refused[] = {
    SCMP_SYS(fork),    SCMP_SYS(vfork),	    SCMP_SYS(bind),
    SCMP_SYS(listen),  SCMP_SYS(mknod),	    SCMP_SYS(mknodat),
    SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(link),
    SCMP_SYS(linkat),  SCMP_SYS(chown),	    SCMP_SYS(fchown),
    SCMP_SYS(lchown),  SCMP_SYS(fchownat),  SCMP_SYS(setuid),
    SCMP_SYS(setgid),  SCMP_SYS(setresuid), SCMP_SYS(setresgid),
};

static int
add_rules(scmp_filter_ctx ctx)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]) && rc == 0; i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, fatal[i], 0);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]) && rc == 0;
	     i++)
		rc =
		    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
				      SCMP_SYS(socket), 1,
				      SCMP_A0(SCMP_CMP_NE, AF_UNIX));
	return rc;
}

static int
filter_calls(struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (ctx == NULL)
		return err_set(err, ERR_NOMEM, "seccomp: no filter");
	/* a tree, not a list: every call of every request goes through it */
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	rc = add_rules(ctx);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc != 0)
		return err_sys(err, -rc, "seccomp");
	return 0;
}

static int
drop_capabilities(struct err *err)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = {{0}, {0}};

	if (syscall(SYS_capset, &head, none) != 0)
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
	    .allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE |
			      LANDLOCK_ACCESS_FS_REMOVE_FILE |
			      LANDLOCK_ACCESS_FS_MAKE_REG,
	};
	int set, rc = 0;

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
jail_enter(const char *state, struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0)
		return err_sys(err, errno, "no_new_privs");
	if (fence_writes(state, err) != 0 || drop_capabilities(err) != 0)
		return -1;
	return filter_calls(err);
}
