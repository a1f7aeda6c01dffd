/* SPDX-License-Identifier: MIT */
/* Choosing file systems: see mounts.h.  Pure; fuzzed. */
#include "collectors/mounts.h"

#include <string.h>

#define WORDS(list) list, sizeof(list) / sizeof((list)[0])

/* Served by this machine's own disks: the kernel answers without waiting. */
static const char *const local_types[] = {
    "ext2",	"ext3", "ext4",	  "xfs",   "btrfs", "f2fs",  "bcachefs",
    "zfs",	"jfs",	"vfat",	  "exfat", "ntfs",  "ntfs3", "msdos",
    "reiserfs", "ufs",	"nilfs2", "minix", "udf",   "hfs",   "hfsplus",
};

/* Kernel data, memory, or images that are always full. */
static const char *const left_out_types[] = {
    "autofs",	     "binder",
    "binfmt_misc",   "bpf",
    "cgroup",	     "cgroup2",
    "configfs",	     "cramfs",
    "debugfs",	     "devpts",
    "devtmpfs",	     "efivarfs",
    "erofs",	     "fuse.gvfsd-fuse",
    "fuse.lxcfs",    "fuse.portal",
    "fuse.snapfuse", "fusectl",
    "hugetlbfs",     "iso9660",
    "mqueue",	     "nsfs",
    "nfsd",	     "proc",
    "pstore",	     "ramfs",
    "resctrl",	     "rootfs",
    "rpc_pipefs",    "securityfs",
    "selinuxfs",     "squashfs",
    "sysfs",	     "tracefs",
};

/* A tmpfs that fills up is a failure at these places. */
static const char *const tmpfs_points[] = {"/run", "/tmp", "/var/tmp"};

/* Below these, mounts belong to containers or to the kernel. */
static const char *const left_out_places[] = {
    "/dev",
    "/proc",
    "/run/containerd",
    "/run/docker",
    "/run/netns",
    "/run/user",
    "/snap",
    "/sys",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/docker",
    "/var/lib/kubelet",
    "/var/lib/lxcfs",
    "/var/snap",
};

static bool
is_one_of(struct text t, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(t, words[i]))
			return true;
	return false;
}

/* Whether path is folder or lies below it. */
static bool
is_below(struct text path, struct text folder)
{
	if (folder.len == 1)
		return true; /* "/" */
	return path.len >= folder.len &&
	       memcmp(path.at, folder.at, folder.len) == 0 &&
	       (path.len == folder.len || path.at[folder.len] == '/');
}

bool
mounts_parse(struct text *in, struct mount_line *out)
{
	struct text line, word;

	while (text_line(in, &line)) {
		struct mount_line m;

		if (!text_skip(&line, 2) || !text_word(&line, &m.device) ||
		    !text_word(&line, &m.top) || !text_word(&line, &m.point) ||
		    m.point.at[0] != '/')
			continue;
		/* options and any number of optional fields, then "-" */
		do {
			if (!text_word(&line, &word))
				break;
		} while (!text_is(word, "-"));
		if (!text_word(&line, &m.type))
			continue;
		*out = m;
		return true;
	}
	return false;
}

static bool
is_wanted(const struct mount_line *m)
{
	if (text_is(m->type, "tmpfs"))
		return is_one_of(m->point, WORDS(tmpfs_points));
	/* a container's own root; elsewhere it is another container's */
	if (text_is(m->type, "overlay"))
		return text_is(m->point, "/");
	if (is_one_of(m->type, WORDS(left_out_types)))
		return false;
	for (size_t i = 0; i < sizeof(left_out_places) / sizeof(char *); i++)
		if (is_below(m->point, text_of(left_out_places[i])))
			return false;
	return true;
}

static bool
same(struct text a, struct text b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* Whether a shows its file system more plainly than b does. */
static bool
is_plainer(const struct mount_line *a, const struct mount_line *b)
{
	bool a_whole = text_is(a->top, "/"), b_whole = text_is(b->top, "/");

	if (a_whole != b_whole)
		return a_whole;
	return a->point.len < b->point.len;
}

static void
take_out(struct mount *list, size_t *n, size_t i)
{
	memmove(&list[i], &list[i + 1], (*n - i - 1) * sizeof(list[0]));
	(*n)--;
}

/* Puts one line into the list, in the place of what it hides or replaces. */
static void
consider(struct mount *list, size_t *n, const struct mount_line *m)
{
	/* what is mounted later on the same point hides what was there */
	for (size_t i = 0; i < *n; i++) {
		if (same(list[i].line.point, m->point)) {
			take_out(list, n, i);
			break;
		}
	}
	if (!is_wanted(m))
		return;
	for (size_t i = 0; i < *n; i++) {
		if (!same(list[i].line.device, m->device))
			continue;
		if (is_plainer(m, &list[i].line))
			list[i].line = *m;
		return;
	}
	if (*n < MOUNTS_MAX)
		list[(*n)++] = (struct mount){.line = *m};
}

static bool
is_remote_type(struct text type)
{
	return !is_one_of(type, WORDS(local_types)) &&
	       !is_one_of(type, WORDS(left_out_types)) &&
	       !text_is(type, "tmpfs") && !text_is(type, "overlay");
}

size_t
mounts_choose(struct text in, struct mount *list)
{
	struct text again = in;
	struct mount_line m;
	size_t n = 0;

	while (mounts_parse(&in, &m))
		consider(list, &n, &m);
	/* also those that were not chosen can lie in the way */
	while (mounts_parse(&again, &m)) {
		if (!is_remote_type(m.type))
			continue;
		for (size_t i = 0; i < n; i++)
			if (is_below(list[i].line.point, m.point))
				list[i].remote = true;
	}
	return n;
}

static int
octal(const char *at)
{
	int v = 0;

	for (int i = 0; i < 3; i++) {
		if (at[i] < '0' || at[i] > '7')
			return -1;
		v = v * 8 + (at[i] - '0');
	}
	return v > 0 && v < 256 ? v : -1;
}

bool
mounts_point(struct text escaped, char out[MOUNT_POINT_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < escaped.len; i++) {
		int c = -1;

		if (n + 1 >= MOUNT_POINT_SIZE || escaped.at[i] == '\0')
			return false;
		if (escaped.at[i] == '\\' && i + 3 < escaped.len)
			c = octal(escaped.at + i + 1);
		out[n++] = c < 0 ? escaped.at[i] : (char)c;
		i += c < 0 ? 0 : 3;
	}
	out[n] = '\0';
	return true;
}
