/* SPDX-License-Identifier: MIT */
/* What can be wrong before anything is started: see preflight.h. */
#include "cli/preflight.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/file.h"
#include "core/state.h"

#define LOCK_NAME STATE_RUN "/robin.lock"

int
preflight_state(struct conf *c, struct err *err)
{
	const size_t room = sizeof(((struct sockaddr_un *)0)->sun_path) -
			    sizeof("/" STATE_GRAPH_SOCK);
	char path[PATH_MAX];

	if (state_init(c->state, err) != 0)
		return -1;
	if (realpath(c->state, path) == NULL)
		return err_sys(err, errno, "%s", c->state);
	if (strlen(path) > room)
		return err_set(err, ERR_TOO_LARGE,
			       "%.100s: over %zu bytes are too long for the "
			       "sockets in it (choose a shorter one with "
			       "--state)",
			       path, room);
	memcpy(c->state, path, strlen(path) + 1);
	return 0;
}

int
preflight_lock(const char *state, struct err *err)
{
	char path[PATH_MAX], pid[32] = "";
	int fd, n;

	if (state_path(state, LOCK_NAME, path, sizeof(path), err) != 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		n = (int)read(fd, pid, sizeof(pid) - 1);
		(void)close(fd);
		if (n > 0)
			pid[strcspn(pid, "\n")] = '\0';
		return err_set(err, ERR_BUSY,
			       "%s: robin already runs there as process %s "
			       "(stop it with: kill %s; or choose another "
			       "folder with --state)",
			       state, pid, pid);
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || file_write_all(fd, pid, (size_t)n) != 0) {
		(void)err_sys(err, errno, "%s: write", path);
		(void)close(fd);
		return -1;
	}
	return fd;
}

static bool
is_font(const char *name, const char *begins)
{
	static const char *const ends[] = {".ttf", ".otf", ".ttc", ".pfb"};
	size_t len = strlen(name);

	if (strncmp(name, begins, strlen(begins)) != 0)
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (len > 4 && strcasecmp(name + len - 4, ends[i]) == 0)
			return true;
	return false;
}

static bool
has_font(const char *folder, const char *begins, int depth)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	bool found = false;

	if (dir == NULL)
		return false;
	while (!found && (d = readdir(dir)) != NULL) {
		char path[PATH_MAX];
		int n;

		if (d->d_name[0] == '.')
			continue;
		found = is_font(d->d_name, begins);
		n = snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		if (!found && depth > 0 && n > 0 && (size_t)n < sizeof(path))
			found = has_font(path, begins, depth - 1);
	}
	(void)closedir(dir);
	return found;
}

bool
preflight_font(const char *begins)
{
	static const char *const folders[] = {"/usr/share/fonts",
					      "/usr/local/share/fonts"};
	static const char *const home_folders[] = {".fonts",
						   ".local/share/fonts"};
	const char *home = getenv("HOME");
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (has_font(folders[i], begins, 4))
			return true;
	for (size_t i = 0; home != NULL && i < 2; i++) {
		int n = snprintf(path, sizeof(path), "%s/%s", home,
				 home_folders[i]);

		if (n > 0 && (size_t)n < sizeof(path) &&
		    has_font(path, begins, 4))
			return true;
	}
	return false;
}

int
preflight_fonts(struct err *err)
{
	if (preflight_font(""))
		return 0;
	return err_set(err, ERR_NOT_FOUND,
		       "no font is installed, so pictures have no text "
		       "(apt-get install fonts-inter fonts-dejavu-core)");
}
