/* SPDX-License-Identifier: MIT */
/* The state folder: see state.h. */
#include "core/state.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "core/file.h"

int
state_path(const char *state, const char *name, char *out, size_t size,
	   struct err *err)
{
	int n = snprintf(out, size, "%s/%s", state, name);

	if (n < 0 || (size_t)n >= size)
		return err_set(err, ERR_TOO_LARGE,
			       "%.60s…: state folder name too long", state);
	return 0;
}

int
state_init(const char *state, struct err *err)
{
	static const struct {
		const char *name;
		mode_t mode;
	} folders[] = {
	    {STATE_FAMILIES, 0755}, {STATE_RRD, 0755},	{STATE_LOG, 0755},
	    {STATE_INBOX, 0770},    {STATE_SITE, 0755}, {STATE_RUN, 0755},
	};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (state_path(state, folders[i].name, path, sizeof(path),
			       err) != 0 ||
		    file_mkdirs(path, folders[i].mode, err) != 0)
			return err_prefix(err, "state folder (choose another "
					       "with --state DIR)");
		if (access(path, W_OK | X_OK) != 0)
			return err_sys(
			    err, errno,
			    "%s: cannot write (chown it to this user, or "
			    "choose another with --state DIR)",
			    path);
	}
	return 0;
}
