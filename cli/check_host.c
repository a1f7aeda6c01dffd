/* SPDX-License-Identifier: MIT */
/* Checks of the machine: disk, clock, folder, owner, fonts, nginx. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "cli/check.h"
#include "cli/nginx.h"
#include "cli/preflight.h"
#include "core/clock.h"
#include "core/state.h"

void
check_disk(const struct conf *c, struct check_result *out)
{
	struct statvfs v;
	double used, inodes = 0, size;

	if (statvfs(c->state, &v) != 0 || v.f_blocks == 0) {
		check_says(out, CHECK_BAD, "%.150s: %s", c->state,
			   strerror(errno));
		check_cause(out, "there is no such folder");
		check_fix(out, "mkdir -p %.200s", c->state);
		return;
	}
	size = (double)(v.f_blocks - v.f_bfree + v.f_bavail);
	used = size > 0 ? (double)(v.f_blocks - v.f_bfree) / size : 1;
	if (v.f_files > 0)
		inodes = 1 - (double)v.f_favail / (double)v.f_files;
	check_says(out,
		   used > c->status_disk_ratio || inodes > c->status_disk_ratio
		       ? CHECK_BAD
		       : CHECK_GOOD,
		   "%.1f GB free, %.0f%% of the disk and %.0f%% of its inodes "
		   "are used",
		   (double)v.f_bavail * (double)v.f_frsize / 1e9, used * 100,
		   inodes * 100);
	if (out->level == CHECK_GOOD)
		return;
	check_cause(out,
		    "over status.disk (%.0f%%); new series will be "
		    "refused when it is full",
		    c->status_disk_ratio * 100);
	check_fix(out, "du -xh -d2 %.200s | sort -h | tail", c->state);
}

void
check_clock(const struct conf *c, struct check_result *out)
{
	struct timex t = {0};
	char now[CLOCK_RFC3339_SIZE];
	int state = adjtimex(&t);

	(void)c;
	clock_rfc3339(clock_wall_s(), now);
	if (clock_wall_s() < CLOCK_MIN_S) {
		check_says(out, CHECK_BAD, "it is %s", now);
		check_cause(out, "the clock was never set");
		check_fix(out, "timedatectl set-ntp true");
		return;
	}
	if (state == TIME_ERROR || (t.status & STA_UNSYNC) != 0) {
		check_says(out, CHECK_NOTE,
			   "it is %s; the kernel says that nothing keeps the "
			   "clock right",
			   now);
		check_cause(out, "no time service runs");
		check_fix(out, "timedatectl set-ntp true");
		return;
	}
	check_says(out, CHECK_GOOD, "it is %s, within %.0f ms", now,
		   (double)t.maxerror / 1000);
}

void
check_folder(const struct conf *c, struct check_result *out)
{
	struct stat st;

	if (stat(c->state, &st) != 0) {
		check_says(out, CHECK_BAD, "%.150s: %s", c->state,
			   strerror(errno));
		check_cause(out, "nothing was ever stored there");
		check_fix(out, "robin run --state %.200s", c->state);
	} else if (access(c->state, R_OK | X_OK) != 0) {
		check_says(out, CHECK_BAD, "%.150s: %s", c->state,
			   strerror(errno));
		check_cause(out, "this user may not read it");
		check_fix(out, "sudo robin doctor --state %.200s", c->state);
	} else
		check_says(out, CHECK_GOOD, "%.200s", c->state);
}

static const char *
user_name(uid_t uid, char out[64])
{
	const struct passwd *p = getpwuid(uid);

	if (p != NULL)
		(void)snprintf(out, 64, "%s", p->pw_name);
	else
		(void)snprintf(out, 64, "%lu", (unsigned long)uid);
	return out;
}

/* The first entry of a folder (one level) that another user owns. */
static bool
find_foreign(const char *folder, uid_t owner, char out[PATH_MAX], uid_t *who)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	bool found = false;

	if (dir == NULL)
		return false;
	while (!found && (d = readdir(dir)) != NULL) {
		struct stat st;

		if (d->d_name[0] == '.' ||
		    fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) !=
			0 ||
		    st.st_uid == owner || S_ISLNK(st.st_mode))
			continue;
		(void)snprintf(out, PATH_MAX, "%.3800s/%s", folder, d->d_name);
		*who = st.st_uid;
		found = true;
	}
	(void)closedir(dir);
	return found;
}

void
check_owner(const struct conf *c, struct check_result *out)
{
	static const char *const folders[] = {
	    "", STATE_FAMILIES, STATE_LOG, STATE_RRD, STATE_SITE, STATE_INBOX};
	char path[PATH_MAX], found[PATH_MAX], a[64], b[64];
	struct stat st;
	uid_t who;

	if (stat(c->state, &st) != 0) {
		check_says(out, CHECK_NOTE, "%.150s: %s", c->state,
			   strerror(errno));
		return;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (state_path(c->state, folders[i], path, sizeof(path),
			       NULL) != 0 ||
		    !find_foreign(path, st.st_uid, found, &who))
			continue;
		check_says(out, CHECK_BAD, "%.150s belongs to %s, not to %s",
			   found, user_name(who, a), user_name(st.st_uid, b));
		check_cause(out, "a command ran here as another user");
		check_fix(out, "chown -R --from=%s %s: %.200s", a, b, c->state);
		return;
	}
	check_says(out, CHECK_GOOD, "everything belongs to %s",
		   user_name(st.st_uid, a));
}

void
check_fonts(const struct conf *c, struct check_result *out)
{
	bool text = preflight_font("Inter"),
	     mono = preflight_font("DejaVuSans");

	(void)c;
	check_fix(out, "apt-get install fonts-inter fonts-dejavu-core");
	if (text && mono) {
		check_says(out, CHECK_GOOD, "Inter and DejaVu are installed");
	} else if (preflight_font("")) {
		check_says(out, CHECK_NOTE, "%s is not installed",
			   text ? "DejaVu" : "Inter");
		check_cause(out, "pictures have another font than was meant");
	} else {
		check_says(out, CHECK_BAD, "no font is installed");
		check_cause(out, "pictures have boxes instead of text");
	}
}

void
check_nginx(const struct conf *c, struct check_result *out)
{
	char path[PATH_MAX], folder[PATH_MAX];
	struct err err = {0};

	(void)c;
	if (nginx_find(path, sizeof(path), &err) != 0) {
		check_says(out, CHECK_BAD, "nginx is not installed");
		check_cause(out, "pages and pictures cannot be served");
		check_fix(out, "apt-get install nginx-light");
	} else if (nginx_folder(folder, sizeof(folder), &err) != 0) {
		check_says(out, CHECK_BAD, "%.200s", err.msg);
		check_cause(out, "Robin is installed in part");
		check_fix(out, "make install");
	} else
		check_says(out, CHECK_GOOD, "%.100s with %.100s/nginx.conf",
			   path, folder);
}
