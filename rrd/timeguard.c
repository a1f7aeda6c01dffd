/* SPDX-License-Identifier: MIT */
/* Whether the wall clock can be believed: see timeguard.h. */
#include "rrd/timeguard.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/clock.h"
#include "core/state.h"
#include "rrd/table.h"

#define LINE_BYTES 512 /* one sector: written whole or not at all */
#define BACK_S	   INT64_C(2)

static void
read_clocks(struct timeguard_now *now)
{
	now->boot_ms = clock_boot_ms();
	now->wall_s = clock_wall_s();
	table_boot_id(now->boot_id);
}

void
timeguard_read(struct timeguard_now *now)
{
	struct timex t = {.modes = 0};

	read_clocks(now);
	now->synced =
	    adjtimex(&t) != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
}

/* Believes the clock as it is. */
static void
believe(struct timeguard *g, const struct timeguard_now *now)
{
	g->known = true;
	memcpy(g->boot_id, now->boot_id, sizeof(g->boot_id));
	g->wall_s = now->wall_s;
	g->boot_ms = now->boot_ms;
	g->suspect = false;
	g->sync_since_boot_ms = TIMEGUARD_NO_SYNC;
	g->back_s = 0;
}

static bool
same_boot(const struct timeguard *g, const struct timeguard_now *now)
{
	return memcmp(g->boot_id, now->boot_id, sizeof(g->boot_id)) == 0 &&
	       now->boot_ms >= g->boot_ms;
}

int64_t
timeguard_expected_s(const struct timeguard *g, const struct timeguard_now *now)
{
	if (!g->known || !same_boot(g, now))
		return now->wall_s;
	return g->wall_s + (now->boot_ms - g->boot_ms) / 1000;
}

/* Whether the clock, seen afresh, is too far on. */
static bool
is_ahead(const struct timeguard *g, const struct timeguard_now *now)
{
	int64_t last_s = g->newest_s > g->wall_s ? g->newest_s : g->wall_s;

	if (same_boot(g, now))
		return now->wall_s - timeguard_expected_s(g, now) >
		       TIMEGUARD_JUMP_S;
	return !now->synced && now->wall_s - last_s > TIMEGUARD_AWAY_S;
}

/* While suspect: whether that is over. */
static enum timeguard_change
look_suspect(struct timeguard *g, const struct timeguard_now *now)
{
	if (!is_ahead(g, now)) {
		believe(g, now);
		return TIMEGUARD_RETURNED;
	}
	if (!now->synced) {
		g->sync_since_boot_ms = TIMEGUARD_NO_SYNC;
		return TIMEGUARD_SAME;
	}
	/* a boot clock behind its mark is another boot's */
	if (g->sync_since_boot_ms == TIMEGUARD_NO_SYNC ||
	    now->boot_ms < g->sync_since_boot_ms)
		g->sync_since_boot_ms = now->boot_ms;
	if (now->boot_ms - g->sync_since_boot_ms < TIMEGUARD_SYNC_MS)
		return TIMEGUARD_SAME;
	believe(g, now);
	return TIMEGUARD_LIFTED;
}

enum timeguard_change
timeguard_look(struct timeguard *g, const struct timeguard_now *now)
{
	int64_t ahead_s;

	if (!g->known) {
		believe(g, now);
		return TIMEGUARD_SAME;
	}
	if (g->suspect)
		return look_suspect(g, now);
	if (is_ahead(g, now)) {
		g->suspect = true;
		g->sync_since_boot_ms =
		    now->synced ? now->boot_ms : TIMEGUARD_NO_SYNC;
		return TIMEGUARD_SUSPECT;
	}
	if (!same_boot(g, now)) {
		believe(g, now);
		return TIMEGUARD_SAME;
	}
	ahead_s = now->wall_s - timeguard_expected_s(g, now);
	/* what a synchronised clock says is the truth; otherwise the reference
	 * stays, or many small steps forward would go unseen, and one back
	 * and forth again would look like a jump */
	if (now->synced)
		believe(g, now);
	if (ahead_s >= g->back_s - BACK_S) {
		if (ahead_s >= -BACK_S)
			g->back_s = 0;
		return TIMEGUARD_SAME;
	}
	g->back_s = now->synced ? 0 : ahead_s;
	g->n_backward++;
	return TIMEGUARD_BACKWARD;
}

void
timeguard_accept(struct timeguard *g, const struct timeguard_now *now)
{
	believe(g, now);
}

bool
timeguard_is_ahead(const char *state)
{
	struct timeguard_now now;
	struct timeguard g;

	if (timeguard_load(&g, state, NULL) != 0 || !g.known)
		return false;
	read_clocks(&now);
	return g.suspect ||
	       now.wall_s - timeguard_expected_s(&g, &now) > TIMEGUARD_JUMP_S;
}

static uint64_t
sum_of(const char *line, size_t len)
{
	return XXH64(line, len, 0);
}

int
timeguard_load(struct timeguard *g, const char *state, struct err *err)
{
	char name[PATH_MAX], line[LINE_BYTES + 1], boot[33], *sum;
	struct timeguard t = {.known = true};
	int suspect, fd;
	uint64_t want;
	ssize_t n;

	memset(g, 0, sizeof(*g));
	g->sync_since_boot_ms = TIMEGUARD_NO_SYNC;
	if (state_path(state, "time", name, sizeof(name), err) != 0)
		return -1;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0
				       : err_sys(err, errno, "%s: open", name);
	n = read(fd, line, LINE_BYTES);
	(void)close(fd);
	if (n < 0)
		return err_sys(err, errno, "%s: read", name);
	line[n] = '\0';
	sum = strstr(line, " sum=");
	if (sum == NULL || sscanf(sum, " sum=%16" SCNx64, &want) != 1 ||
	    want != sum_of(line, (size_t)(sum - line)))
		return 0;
	if (sscanf(line,
		   "robin-time 1 boot_id=%32s wall=%" SCNd64 " boot_ms=%" SCNd64
		   " newest=%" SCNd64 " suspect=%d sync_since_boot_ms=%" SCNd64
		   " back=%" SCNd64 " backward=%" SCNu64,
		   boot, &t.wall_s, &t.boot_ms, &t.newest_s, &suspect,
		   &t.sync_since_boot_ms, &t.back_s, &t.n_backward) != 8 ||
	    strlen(boot) != 32 || t.wall_s <= 0)
		return 0;
	for (int i = 0; i < 16; i++) {
		unsigned byte;

		if (sscanf(boot + 2 * i, "%2x", &byte) != 1)
			return 0;
		t.boot_id[i] = (unsigned char)byte;
	}
	t.suspect = suspect != 0;
	*g = t;
	return 0;
}

int
timeguard_save(const struct timeguard *g, const char *state, struct err *err)
{
	char name[PATH_MAX], line[LINE_BYTES], boot[33];
	int fd, n, rc = 0;

	if (!g->known)
		return 0; /* nothing was seen: nothing to say */
	if (state_path(state, "time", name, sizeof(name), err) != 0)
		return -1;
	for (int i = 0; i < 16; i++)
		(void)snprintf(boot + 2 * i, 3, "%02x", g->boot_id[i]);
	memset(line, ' ', sizeof(line));
	n = snprintf(line, sizeof(line) - 32,
		     "robin-time 1 boot_id=%s wall=%" PRId64 " boot_ms=%" PRId64
		     " newest=%" PRId64
		     " suspect=%d sync_since_boot_ms=%" PRId64 " back=%" PRId64
		     " backward=%" PRIu64,
		     boot, g->wall_s, g->boot_ms, g->newest_s, g->suspect,
		     g->sync_since_boot_ms, g->back_s, g->n_backward);
	n +=
	    snprintf(line + n, 32, " sum=%016" PRIx64, sum_of(line, (size_t)n));
	line[n] = ' ';
	line[LINE_BYTES - 1] = '\n';
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	/* in place, one sector, no sync: a stale one only makes us ask */
	if (pwrite(fd, line, sizeof(line), 0) != (ssize_t)sizeof(line))
		rc = err_sys(err, errno, "%s: write", name);
	(void)close(fd);
	return rc;
}
