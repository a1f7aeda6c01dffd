/* SPDX-License-Identifier: MIT */
/* Reading the header of an RRD file by offsets: see rrdhead.h. */
#include "rrd/rrdhead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/buf.h"
#include "core/family.h"
#include "rrd/layout.h"

#define STAT_BYTES  128
#define DEF_BYTES   120 /* ds_def and rra_def alike */
#define LIVE_BYTES  16
#define PDP_BYTES   112
#define CDP_BYTES   80
#define PTR_BYTES   8
#define RRA_MAX	    256
#define ROWS_MAX    UINT64_C(100000000)
#define LAST_DS_LEN 30
#define FRONT_BYTES 8192

static uint64_t
u64_at(const unsigned char *p, size_t at)
{
	uint64_t v;

	memcpy(&v, p + at, sizeof(v));
	return v;
}

static double
f64_at(const unsigned char *p, size_t at)
{
	double v;

	memcpy(&v, p + at, sizeof(v));
	return v;
}

/* Whether n bytes hold a terminated word of printable characters. */
static int
is_word(const unsigned char *p, size_t n)
{
	size_t len = strnlen((const char *)p, n);

	if (len == 0 || len == n)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (p[i] <= ' ' || p[i] > '~' || p[i] == ':')
			return 0;
	return 1;
}

static int
is_known_cf(const char *cf)
{
	static const char *const known[] = {"AVERAGE", "MIN", "MAX", "LAST"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(cf, known[i]) == 0)
			return 1;
	return 0;
}

/* The definitions and row pointers; sums up the rows. */
static int
check_defs(const struct rrdhead *h, const unsigned char *p, uint64_t *rows,
	   const char *name, struct err *err)
{
	size_t rra0 = STAT_BYTES + DEF_BYTES * h->n_ds;
	size_t ptr0 = h->volatile_at + h->volatile_bytes - PTR_BYTES * h->n_rra;

	*rows = 0;
	for (size_t i = 0; i < h->n_ds; i++) {
		const unsigned char *d = p + STAT_BYTES + DEF_BYTES * i;

		if (!is_word(d, 20) || !is_word(d + 20, 20))
			return err_set(err, ERR_CORRUPT,
				       "%s: data source %zu has no name", name,
				       i);
	}
	for (size_t i = 0; i < h->n_rra; i++) {
		const unsigned char *r = p + rra0 + DEF_BYTES * i;
		uint64_t n = u64_at(r, 24), per = u64_at(r, 32);

		if (!is_word(r, 20) || !is_known_cf((const char *)r) || n < 1 ||
		    n > ROWS_MAX || per < 1 || per > ROWS_MAX)
			return err_set(err, ERR_CORRUPT,
				       "%s: archive %zu is damaged", name, i);
		if (u64_at(p, ptr0 + PTR_BYTES * i) >= n)
			return err_set(
			    err, ERR_CORRUPT,
			    "%s: archive %zu points outside its rows", name, i);
		*rows += n;
	}
	return 0;
}

int
rrdhead_parse(struct rrdhead *h, const unsigned char *p, size_t len,
	      uint64_t file_bytes, const char *name, struct err *err)
{
	struct rrdhead r = {0};
	uint64_t rows;

	if (len < STAT_BYTES)
		return err_set(err, ERR_CORRUPT, "%s: %llu bytes are no RRD",
			       name, (unsigned long long)file_bytes);
	/* librrd writes the oldest version that has the kinds in use */
	if (memcmp(p, "RRD", 4) != 0 || memcmp(p + 4, "000", 3) != 0 ||
	    p[7] < '3' || p[7] > '5' || p[8] != '\0' ||
	    f64_at(p, 16) != 8.642135E130)
		return err_set(err, ERR_CORRUPT, "%s: not an RRD file", name);
	r.n_ds = u64_at(p, 24);
	r.n_rra = u64_at(p, 32);
	r.step_s = u64_at(p, 40);
	if (r.n_ds < 1 || r.n_ds > FAMILY_METRICS_MAX || r.n_rra < 1 ||
	    r.n_rra > RRA_MAX || r.step_s < 1 || r.step_s > 86400 * 366)
		return err_set(err, ERR_CORRUPT,
			       "%s: counts in the header are out of range",
			       name);
	r.volatile_at = STAT_BYTES + DEF_BYTES * (r.n_ds + r.n_rra);
	r.volatile_bytes = LIVE_BYTES + PDP_BYTES * r.n_ds +
			   CDP_BYTES * r.n_ds * r.n_rra + PTR_BYTES * r.n_rra;
	if (r.volatile_at + r.volatile_bytes > len)
		return err_set(err, ERR_CORRUPT, "%s: header is cut off", name);
	if (check_defs(&r, p, &rows, name, err) != 0)
		return -1;
	r.file_bytes = r.volatile_at + r.volatile_bytes + 8 * rows * r.n_ds;
	if (r.file_bytes != file_bytes)
		return err_set(err, ERR_CORRUPT,
			       "%s: %llu bytes instead of %llu", name,
			       (unsigned long long)file_bytes,
			       (unsigned long long)r.file_bytes);
	r.static_hash = XXH64(p, r.volatile_at, 0);
	memcpy(&r.last_up_s, p + r.volatile_at, sizeof(r.last_up_s));
	if (r.last_up_s < 0)
		return err_set(err, ERR_CORRUPT, "%s: last update before 1970",
			       name);
	r.bytes = (unsigned char *)(uintptr_t)p;
	r.n_bytes = len;
	*h = r;
	return 0;
}

/* The header's size by the counts in front of it; 0 when they are absurd. */
static uint64_t
header_bytes(const unsigned char *front)
{
	uint64_t ds = u64_at(front, 24), rra = u64_at(front, 32);

	if (ds > FAMILY_METRICS_MAX || rra > RRA_MAX)
		return 0;
	return STAT_BYTES + DEF_BYTES * (ds + rra) + LIVE_BYTES +
	       PDP_BYTES * ds + CDP_BYTES * ds * rra + PTR_BYTES * rra;
}

/* Reads the header: most fit in what is read first. */
static unsigned char *
read_header(int fd, uint64_t file_bytes, const char *name, size_t *len,
	    struct err *err)
{
	unsigned char *p = malloc(FRONT_BYTES), *more;
	ssize_t n = p != NULL ? pread(fd, p, FRONT_BYTES, 0) : 0, rest;
	uint64_t want = 0;

	if (p == NULL)
		goto nomem;
	if (n < 0)
		goto fail;
	*len = (size_t)n;
	if (n >= STAT_BYTES)
		want = header_bytes(p);
	if (want > file_bytes)
		want = file_bytes;
	if (want <= *len)
		return p;
	more = realloc(p, want);
	if (more == NULL)
		goto nomem;
	p = more;
	rest = pread(fd, p + *len, want - *len, n);
	if (rest < 0)
		goto fail;
	*len += (size_t)rest;
	return p;
fail:
	err_sys(err, errno, "%s: read", name);
	free(p);
	return NULL;
nomem:
	err_set(err, ERR_NOMEM, "%s: out of memory", name);
	free(p);
	return NULL;
}

int
rrdhead_read(struct rrdhead *h, int fd, const char *name, int *sparse,
	     struct err *err)
{
	unsigned char *p;
	struct stat st;
	size_t len;

	if (fstat(fd, &st) != 0)
		return err_sys(err, errno, "%s: stat", name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_CORRUPT, "%s: not a regular file",
			       name);
	p = read_header(fd, (uint64_t)st.st_size, name, &len, err);
	if (p == NULL)
		return -1;
	if (rrdhead_parse(h, p, len, (uint64_t)st.st_size, name, err) != 0) {
		free(p);
		return -1;
	}
	if (sparse != NULL)
		*sparse = (int64_t)st.st_blocks * 512 < (int64_t)st.st_size;
	return 0;
}

int
rrdhead_load(struct rrdhead *h, const char *name, int *sparse, struct err *err)
{
	int fd, rc;

	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return err_set(err, ERR_CORRUPT, "%s: not a regular file",
			       name);
	if (fd < 0)
		return err_sys(err, errno, "%s: open", name);
	rc = rrdhead_read(h, fd, name, sparse, err);
	(void)close(fd);
	return rc;
}

int
rrdhead_static(int fd, const char *name, uint64_t len, uint64_t file_bytes,
	       uint64_t hash, struct err *err)
{
	struct stat st;
	unsigned char *p;
	ssize_t n;
	int rc = 0;

	if (fstat(fd, &st) != 0)
		return err_sys(err, errno, "%s: stat", name);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != file_bytes ||
	    len > RRDHEAD_MAX)
		return err_set(
		    err, ERR_CORRUPT, "%s: %lld bytes instead of %llu", name,
		    (long long)st.st_size, (unsigned long long)file_bytes);
	p = malloc(len + 1);
	if (p == NULL)
		return err_set(err, ERR_NOMEM, "%s: out of memory", name);
	n = pread(fd, p, len, 0);
	if (n < 0)
		rc = err_sys(err, errno, "%s: read", name);
	else if ((uint64_t)n != len || XXH64(p, len, 0) != hash)
		rc = err_set(err, ERR_CORRUPT,
			     "%s: definitions are not the ones logged", name);
	free(p);
	return rc;
}

void
rrdhead_done(struct rrdhead *h)
{
	free(h->bytes);
	h->bytes = NULL;
	h->n_bytes = 0;
}

void
rrdhead_layout(const struct rrdhead *h, struct buf *out)
{
	const unsigned char *p = h->bytes;
	size_t rra0 = STAT_BYTES + DEF_BYTES * h->n_ds;

	buf_fmt(out, "step=%llu", (unsigned long long)h->step_s);
	for (size_t i = 0; i < h->n_ds; i++) {
		const unsigned char *d = p + STAT_BYTES + DEF_BYTES * i;

		layout_ds(out, (const char *)d, (const char *)d + 20,
			  (int64_t)u64_at(d, 40), f64_at(d, 48), f64_at(d, 56));
	}
	for (size_t i = 0; i < h->n_rra; i++) {
		const unsigned char *r = p + rra0 + DEF_BYTES * i;

		layout_rra(out, (const char *)r, f64_at(r, 40),
			   (int64_t)u64_at(r, 32), (int64_t)u64_at(r, 24));
	}
}

const char *
rrdhead_last_ds(const struct rrdhead *h, size_t ds)
{
	const unsigned char *p =
	    h->bytes + h->volatile_at + LIVE_BYTES + PDP_BYTES * ds;

	if (memchr(p, '\0', LAST_DS_LEN) == NULL)
		return "U";
	return (const char *)p;
}
