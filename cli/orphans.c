/* SPDX-License-Identifier: MIT */
/* What children left behind: see orphans.h. */
#include "cli/orphans.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/number.h"

#define ROUNDS	 10 /* a killed child's own children come to us next */
#define ROUND_US 10000

/* Kills the children there are; false when there was none. */
static bool
kill_round(void)
{
	char path[64];
	struct buf b;
	bool any = false;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
		       (long)getpid());
	buf_init(&b, 65536);
	(void)file_read(path, &b, NULL);
	for (const char *p = b.data; *p != '\0';) {
		size_t len = strcspn(p, " ");
		uint64_t pid;

		if (number_u64(p, len, &pid) && pid > 1)
			any = kill((pid_t)pid, SIGKILL) == 0 || any;
		p += len + (p[len] == ' ');
	}
	buf_done(&b);
	return any;
}

void
orphans_kill(void)
{
	for (int i = 0; i < ROUNDS && kill_round(); i++) {
		(void)usleep(ROUND_US);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}
