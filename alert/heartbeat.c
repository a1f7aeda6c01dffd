/* SPDX-License-Identifier: MIT */
/* The dead man's switch: see heartbeat.h. */
#include "alert/heartbeat.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alert/notify.h"
#include "alert/rights.h"
#include "core/buf.h"
#include "core/net.h"

#define DEADLINE_MS 15000

static int
post(const struct channel *c)
{
	struct net_request q = {.url = channel_get(c, "url"),
				.body = "",
				.deadline_ms = DEADLINE_MS};
	struct net_reply r = {0};
	struct buf url;

	if (q.url == NULL) {
		if (channel_secret(c, "url", &url, NULL) != 0)
			return -1;
		q.url = url.data;
	}
	buf_init(&r.body, 65536);
	if (net_http(&q, &r, NULL) != 0)
		return -1;
	return r.status >= 200 && r.status < 300 ? 0 : -1;
}

static void
child(const struct channel *c, const char *state)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	if (rights_drop_sender(state, NULL) != 0)
		_exit(EXIT_FAIL);
	_exit(post(c) == 0 ? EXIT_OK : EXIT_FAIL);
}

int
heartbeat_step(struct heartbeat *h, const struct settings *s, const char *state,
	       int64_t now_boot_ms)
{
	int status = 0;

	if (h->pid > 0) {
		if (waitpid(h->pid, &status, WNOHANG) != h->pid)
			return 0;
		h->pid = 0;
	}
	if (s->heartbeat_s > 0 && now_boot_ms >= h->next_boot_ms) {
		h->next_boot_ms = now_boot_ms + (int64_t)s->heartbeat_s * 1000;
		h->pid = fork();
		if (h->pid == 0)
			child(&s->heartbeat, state);
		if (h->pid < 0)
			h->pid = 0;
	}
	return status != 0;
}

void
heartbeat_stop(struct heartbeat *h)
{
	if (h->pid <= 0)
		return;
	(void)kill(h->pid, SIGKILL);
	(void)waitpid(h->pid, NULL, 0);
	h->pid = 0;
}
