/* SPDX-License-Identifier: MIT */
/* Reading what the writer says of itself: see touch.h. */
#include "rrd/touch.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
touch_trouble(const char *state, char *out, size_t n)
{
	struct store_touch t = {0};
	char name[PATH_MAX];
	ssize_t got = -1;
	int fd;

	out[0] = '\0';
	if (state_path(state, TOUCH_NAME, name, sizeof(name), NULL) != 0)
		return;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	got = pread(fd, &t, sizeof(t), 0);
	(void)close(fd);
	if (got != (ssize_t)sizeof(t) || memcmp(t.magic, TOUCH_MAGIC, 8) != 0)
		return;
	t.trouble[sizeof(t.trouble) - 1] = '\0';
	(void)snprintf(out, n, "%s", t.trouble);
}
