/* SPDX-License-Identifier: MIT */
/* What each program shows of its health: see alive.h. */
#include "cli/alive.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "cli/probe.h"
#include "cli/probe_fcgi.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/json.h"
#include "core/state.h"
#include "rrd/drain.h"
#include "rrd/latest.h"

#define LATE_STEPS 6  /* runs that may be missed */
#define LATE_S	   60 /* and never judged sooner than this */

/* A path that no series has: the writer answers and has nothing to write. */
#define NO_SERIES  "probe/probe/probe"

#define ALERTS_MAX (64 << 20)

/* Nobody can write; a restart would not help. */
static bool
disk_is_full(const char *state)
{
	struct statvfs v;

	if (statvfs(state, &v) != 0)
		return false;
	return (v.f_flag & ST_RDONLY) != 0 ||
	       v.f_bavail * v.f_frsize < (1 << 20) ||
	       (v.f_files != 0 && v.f_favail == 0);
}

static int
late(const struct conf *c, const char *what, int64_t age_s, int64_t max_s,
     struct err *err)
{
	if (age_s <= max_s || disk_is_full(c->state))
		return 0;
	return err_set(err, ERR_TIMEOUT, "%s: %lld s old, %lld s expected",
		       what, (long long)age_s, (long long)max_s);
}

static int
check_store(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	return drain_request(c->state, NO_SERIES, timeout_ms, err);
}

struct newest {
	const struct conf *conf;
	int64_t time_s;
};

static int
take_newest(const struct latest_entry *e, void *arg)
{
	struct newest *n = arg;

	if (e->time_s > n->time_s && strcmp(e->path.host, n->conf->host) == 0 &&
	    strcmp(e->path.cluster, n->conf->cluster) == 0)
		n->time_s = e->time_s;
	return 0;
}

static int
check_collect(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	struct newest n = {.conf = c};
	struct latest *l = latest_open(c->state, err);
	int64_t max_s = LATE_S + LATE_STEPS * (int64_t)c->step_s;

	(void)timeout_ms;
	if (l == NULL)
		return -1;
	(void)latest_each(l, take_newest, &n);
	latest_close(&l);
	return late(c, "newest sample of this host", clock_wall_s() - n.time_s,
		    max_s, err);
}

static int
check_site(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	char path[PATH_MAX];
	struct stat st;

	(void)timeout_ms;
	if (state_path(c->state, STATE_SITE "/index.html", path, sizeof(path),
		       err) != 0)
		return -1;
	if (stat(path, &st) != 0)
		return err_sys(err, errno, "%s", path);
	return late(c, path, clock_wall_s() - st.st_mtim.tv_sec,
		    LATE_S + 3 * (int64_t)c->site_interval_s, err);
}

/* Judges are as late as they themselves say how often they look. */
static int
check_alert(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	char path[PATH_MAX];
	struct buf b;
	cJSON *doc = NULL;
	int rc = -1;

	(void)timeout_ms;
	buf_init(&b, ALERTS_MAX);
	if (state_path(c->state, STATE_ALERTS, path, sizeof(path), err) == 0 &&
	    file_read(path, &b, err) == 0)
		doc = json_parse(b.data, b.len, ALERTS_MAX, err);
	if (doc != NULL)
		rc = late(c, path,
			  clock_wall_s() -
			      (int64_t)json_get_double(doc, "as_of", 0),
			  2 * LATE_S + LATE_STEPS * (int64_t)json_get_double(
							doc, "interval", 0),
			  err);
	cJSON_Delete(doc);
	buf_done(&b);
	return rc;
}

static int
check_pool(const struct conf *c, const char *name, int64_t timeout_ms,
	   struct err *err)
{
	char path[PATH_MAX];

	if (state_path(c->state, name, path, sizeof(path), err) != 0)
		return -1;
	return probe_fcgi(path, "/healthz", timeout_ms, err);
}

static int
check_pictures(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	return check_pool(c, STATE_GRAPH_SOCK, timeout_ms, err);
}

static int
check_data(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	return check_pool(c, STATE_DATA_SOCK, timeout_ms, err);
}

/* The web server alone: any answer that is not a failure of its own. */
static int
check_nginx(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	int status = probe_http(c->listen, "/", timeout_ms, err);

	if (status < 0)
		return -1;
	if (status >= 500)
		return err_set(err, ERR_IO, "http://%s/: status %d", c->listen,
			       status);
	return 0;
}

/* Everything, through the front door. */
static int
check_all(const struct conf *c, int64_t timeout_ms, struct err *err)
{
	int status = probe_http(c->listen, "/healthz", timeout_ms, err);

	if (status < 0)
		return -1;
	if (status != 200)
		return err_set(err, ERR_IO, "http://%s/healthz: status %d",
			       c->listen, status);
	return 0;
}

const struct alive_role alive_roles[] = {
    {"store", "robin-store", NULL, check_store},
    {"collect", "robin-collect", NULL, check_collect},
    {"pictures", "robin-fcgi", "pictures", check_pictures},
    {"data", "robin-fcgi", "data", check_data},
    {"site", "robin-site", NULL, check_site},
    {"alert", "robin-alert", NULL, check_alert},
    {"nginx", "nginx", NULL, check_nginx},
    {"all", "robin", NULL, check_all},
    {0},
};

const struct alive_role *
alive_find(const char *name)
{
	for (const struct alive_role *r = alive_roles; r->name != NULL; r++)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

/* Whether the words at text hold one that is `word`, or ends in "=word". */
static bool
has_word(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t at = 0, l; at < len; at += l + 1) {
		l = strnlen(text + at, len - at);
		if (l < n || memcmp(text + at + l - n, word, n) != 0)
			continue;
		if (l == n || text[at + l - n - 1] == '=')
			return true;
	}
	return false;
}

const struct alive_role *
alive_of_command(const char *text, size_t len)
{
	for (size_t at = 0, l; at < len; at += l + 1) {
		const char *word = text + at, *slash, *colon;
		size_t n;

		l = strnlen(word, len - at);
		/* nginx writes "nginx: master process …" over its words */
		colon = memchr(word, ':', l);
		n = colon != NULL ? (size_t)(colon - word) : l;
		slash = memrchr(word, '/', n);
		if (slash != NULL) {
			n -= (size_t)(slash + 1 - word);
			word = slash + 1;
		}
		for (const struct alive_role *r = alive_roles; r->name != NULL;
		     r++)
			if (n == strlen(r->program) &&
			    memcmp(word, r->program, n) == 0 &&
			    (r->word == NULL ||
			     has_word(text + at, len - at, r->word)))
				return r;
	}
	return NULL;
}
