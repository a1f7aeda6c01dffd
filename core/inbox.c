/* SPDX-License-Identifier: MIT */
/*
 * Dropping a message into the inbox: see inbox.h.  A name is
 * "<wall ms>-<pid>-<random>[-tag].json": names sort by time, and two
 * processes never choose the same one.
 */
#include "core/inbox.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/file.h"
#include "core/state.h"

static int
check_room(const char *folder, struct err *err)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	if (dir == NULL)
		return err_sys(err, errno, "%s: open", folder);
	while (n <= INBOX_FILES_MAX && readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	if (n > INBOX_FILES_MAX)
		return err_set(err, ERR_FULL,
			       "%s: %d messages wait (is robin-alert running?)",
			       folder, INBOX_FILES_MAX);
	return 0;
}

int
inbox_drop(const char *state, const char *json, size_t len,
	   char name[INBOX_NAME_SIZE], struct err *err)
{
	return inbox_drop_as(state, NULL, json, len, name, err);
}

int
inbox_drop_as(const char *state, const char *tag, const char *json, size_t len,
	      char name[INBOX_NAME_SIZE], struct err *err)
{
	char folder[PATH_MAX], path[PATH_MAX + INBOX_NAME_SIZE];
	char file[INBOX_NAME_SIZE];
	uint32_t salt = 0;

	if (len > INBOX_BYTES_MAX)
		return err_set(err, ERR_TOO_LARGE,
			       "inbox: a message has at most %d bytes",
			       INBOX_BYTES_MAX);
	if (state_path(state, STATE_INBOX, folder, sizeof(folder), err) != 0 ||
	    check_room(folder, err) != 0)
		return -1;
	if (getrandom(&salt, sizeof(salt), 0) != (ssize_t)sizeof(salt))
		return err_sys(err, errno, "inbox: random bytes");
	(void)snprintf(file, sizeof(file), "%013lld-%ld-%08x%s%.8s.json",
		       (long long)clock_wall_ms(), (long)getpid(),
		       (unsigned)salt, tag != NULL ? "-" : "",
		       tag != NULL ? tag : "");
	(void)snprintf(path, sizeof(path), "%s/%s", folder, file);
	if (file_write(path, json, len, 0640, err) != 0)
		return -1;
	if (name != NULL)
		(void)snprintf(name, INBOX_NAME_SIZE, "%s", file);
	return 0;
}
