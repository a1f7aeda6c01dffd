/* SPDX-License-Identifier: MIT */
/* A pool's shared counters: see stats.h. */
#include "fcgi/stats.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/state.h"

#define STATS_MAGIC   0x52534631U /* "RSF1" */
#define STATS_VERSION 1U

const char *const stats_pools[STATS_POOLS] = {"pictures", "data", "all"};

#define WORD(field, u, s, g, text)                                             \
	{                                                                      \
		.name = #field, .unit = u, .help = text, .scale = s,           \
		.gauge = g, .offset = offsetof(struct stats, field)            \
	}

const struct stats_word stats_words[] = {
    WORD(workers, NULL, 1, 1, "Worker processes alive"),
    WORD(forks, NULL, 1, 0, "Worker processes started"),
    WORD(deaths, NULL, 1, 0, "Worker processes that ended unasked"),
    WORD(recycled, NULL, 1, 0, "Worker processes replaced by plan"),
    WORD(timeouts, NULL, 1, 0, "Requests ended by a time limit"),
    WORD(aborted, NULL, 1, 0, "Requests whose client left early"),
    WORD(refused, NULL, 1, 0, "Connections refused as malformed"),
    {.name = "sent",
     .unit = "bytes",
     .help = "Bytes sent in answers",
     .scale = 1,
     .offset = offsetof(struct stats, sent_bytes)},
    {.name = "busy",
     .unit = "seconds",
     .help = "Time spent answering",
     .scale = 1e-6,
     .offset = offsetof(struct stats, busy_us)},
    WORD(renders, NULL, 1, 0, "Pictures drawn"),
    {.name = "render",
     .unit = "seconds",
     .help = "CPU time spent drawing pictures",
     .scale = 1e-6,
     .offset = offsetof(struct stats, render_us)},
};
const size_t stats_words_n = sizeof(stats_words) / sizeof(stats_words[0]);

static int
stats_name(const char *state, const char *pool, char *out, size_t size,
	   struct err *err)
{
	char name[64];

	(void)snprintf(name, sizeof(name), STATE_RUN "/%.40s.stats", pool);
	return state_path(state, name, out, size, err);
}

static struct stats *
map(int fd, int prot, const char *path, struct err *err)
{
	int flags = fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
	void *p = mmap(NULL, sizeof(struct stats), prot, flags, fd, 0);

	if (p == MAP_FAILED) {
		err_sys(err, errno, "%s: map", path);
		return NULL;
	}
	return p;
}

static void
start(struct stats *s)
{
	s->magic = STATS_MAGIC;
	s->version = STATS_VERSION;
	s->start_s = clock_wall_s();
	s->start_boot_ms = clock_boot_ms();
}

/* A new file for the counters; -1 with errno. */
static int
create(const char *path)
{
	int fd, e;

	if (unlink(path) != 0 && errno != ENOENT)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	/* allocated, not sparse: a full disk fails here, not later */
	e = posix_fallocate(fd, 0, sizeof(struct stats));
	if (e == 0)
		return fd;
	(void)close(fd);
	(void)unlink(path);
	errno = e;
	return -1;
}

/* Whether it is the disk that fails, on which the pool shall serve on. */
static bool
is_disk(int e)
{
	return e == ENOSPC || e == EDQUOT || e == EROFS || e == EIO;
}

struct stats *
stats_make(const char *state, const char *pool, struct err *err)
{
	char path[PATH_MAX] = "counters";
	struct stats *s;
	int fd = -1;

	if (state != NULL) {
		if (stats_name(state, pool, path, sizeof(path), err) != 0)
			return NULL;
		fd = create(path);
		if (fd < 0 && !is_disk(errno)) {
			err_sys(err, errno, "%s: create", path);
			return NULL;
		}
		if (fd < 0)
			log_warn("%s: %s; nobody sees this pool's counters",
				 path, strerror(errno));
	}
	s = map(fd, PROT_READ | PROT_WRITE, path, err);
	if (s != NULL)
		start(s);
	if (fd >= 0)
		(void)close(fd);
	return s;
}

const struct stats *
stats_open(const char *state, const char *pool, struct err *err)
{
	char path[PATH_MAX];
	const struct stats *s = NULL;
	struct stat st;
	int fd;

	if (stats_name(state, pool, path, sizeof(path), err) != 0)
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		err_sys(err, errno, "%s: open", path);
		return NULL;
	}
	if (fstat(fd, &st) != 0 || st.st_size != (off_t)sizeof(struct stats))
		err_set(err, ERR_CORRUPT, "%s: not a counter file", path);
	else
		s = map(fd, PROT_READ, path, err);
	(void)close(fd);
	if (s != NULL &&
	    (s->magic != STATS_MAGIC || s->version != STATS_VERSION)) {
		err_set(err, ERR_CORRUPT, "%s: not a counter file", path);
		stats_close(&s);
	}
	return s;
}

void
stats_close(const struct stats **s)
{
	if (*s != NULL)
		(void)munmap((void *)(uintptr_t)*s, sizeof(struct stats));
	*s = NULL;
}

double
stats_value(const struct stats *s, const struct stats_word *w)
{
	const _Atomic uint64_t *c = (const void *)((const char *)s + w->offset);

	return (double)atomic_load_explicit(c, memory_order_relaxed) * w->scale;
}
