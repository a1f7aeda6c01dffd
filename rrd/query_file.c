/* SPDX-License-Identifier: MIT */
/* Header and rows of an RRD file by pread: see query_file.h. */
#include "rrd/query_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RRD_EXPORT_DEPRECATED /* the structs of the file format */
#include <rrd.h>
#include <rrd_format.h>

/* Bounds of what Robin's layouts can hold, far above what they do. */
#define ROWS_MAX    100000000UL
#define STEP_MAX    (366UL * 86400)
#define LAST_MAX    INT64_C(253402300799) /* the year 9999 */

#define START_BYTES 8192 /* of a header of five metrics in Robin's profile */

static int
read_at(int fd, void *out, size_t n, off_t at)
{
	char *to = out;

	while (n > 0) {
		ssize_t got = pread(fd, to, n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 ? ENODATA : errno;
		to += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

/* The file's first bytes: all of a header in most cases, in one read. */
struct start {
	size_t n;
	_Alignas(8) char bytes[START_BYTES];
};

static int
start_read(struct start *s, int fd)
{
	ssize_t n;

	do
		n = pread(fd, s->bytes, sizeof s->bytes, 0);
	while (n < 0 && errno == EINTR);
	s->n = n > 0 ? (size_t)n : 0;
	return n < 0 ? errno : 0;
}

/* A part of the header: from the start, or read where that does not reach. */
static int
part(const struct start *s, int fd, void *out, size_t n, off_t at)
{
	if ((size_t)at > s->n || n > s->n - (size_t)at)
		return read_at(fd, out, n, at);
	memcpy(out, s->bytes + at, n);
	return 0;
}

static int
cf_of(const char name[CF_NAM_SIZE])
{
	static const char *const names[QUERY_CF__MAX] = {
	    [QUERY_AVERAGE] = "AVERAGE",
	    [QUERY_MIN] = "MIN",
	    [QUERY_MAX] = "MAX",
	};

	for (int i = 0; i < QUERY_CF__MAX; i++)
		if (strncmp(name, names[i], CF_NAM_SIZE) == 0)
			return i;
	return -1;
}

static int
check_head(const stat_head_t *h)
{
	return memcmp(h->cookie, RRD_COOKIE, sizeof h->cookie) == 0 &&
	       memcmp(h->version, "000", 3) == 0 && h->version[3] >= '3' &&
	       h->version[3] <= '5' && h->version[4] == '\0' &&
	       h->float_cookie == FLOAT_COOKIE && h->ds_cnt >= 1 &&
	       h->ds_cnt <= FAMILY_METRICS_MAX && h->rra_cnt >= 1 &&
	       h->rra_cnt <= QUERY_ARCHIVES_MAX && h->pdp_step >= 1 &&
	       h->pdp_step <= STEP_MAX;
}

/* One archive's definition; 0 when its counts cannot be. */
static int
take_archive(struct query_archive *a, const rra_def_t *def, int64_t step_s)
{
	if (def->row_cnt < 1 || def->row_cnt > ROWS_MAX || def->pdp_cnt < 1 ||
	    def->pdp_cnt > STEP_MAX / (unsigned long)step_s)
		return 0;
	a->cf = cf_of(def->cf_nam);
	a->step_s = step_s * (int64_t)def->pdp_cnt;
	a->n_rows = (int64_t)def->row_cnt;
	a->is_base = def->pdp_cnt == 1 && a->cf >= 0;
	return 1;
}

/* Where each archive's rows are, and the size the file must have. */
static off_t
place_archives(struct query_file *f, off_t header_bytes)
{
	off_t at = header_bytes;

	for (size_t i = 0; i < f->n_archives; i++) {
		f->archives[i].offset = at;
		at += f->archives[i].n_rows * (off_t)f->n_ds *
		      (off_t)sizeof(rrd_value_t);
	}
	return at;
}

/* What changes with every update: last_up and the row pointers. */
static int
take_live(struct query_file *f, const struct start *s, off_t live_at,
	  off_t pointers_at)
{
	live_head_t live;
	rra_ptr_t pointers[QUERY_ARCHIVES_MAX];
	int rc = part(s, f->fd, &live, sizeof live, live_at);

	if (rc == 0)
		rc = part(s, f->fd, pointers, f->n_archives * sizeof *pointers,
			  pointers_at);
	if (rc != 0)
		return rc;
	if (live.last_up < 0 || live.last_up > LAST_MAX)
		return ENODATA;
	f->last_s = live.last_up;
	for (size_t i = 0; i < f->n_archives; i++) {
		struct query_archive *a = &f->archives[i];

		if (pointers[i].cur_row >= (unsigned long)a->n_rows)
			return ENODATA;
		a->cur_row = (int64_t)pointers[i].cur_row;
		a->end_s = f->last_s - f->last_s % a->step_s;
	}
	return 0;
}

/* ENODATA stands for bytes that are not a whole RRD file. */
static int
take_header(struct query_file *f, off_t file_bytes)
{
	stat_head_t head;
	ds_def_t ds[FAMILY_METRICS_MAX];
	rra_def_t rra[QUERY_ARCHIVES_MAX];
	off_t at = sizeof head, live_at, pointers_at;
	struct start s;
	int rc = start_read(&s, f->fd);

	if (rc == 0)
		rc = part(&s, f->fd, &head, sizeof head, 0);
	if (rc != 0 || !check_head(&head))
		return rc != 0 ? rc : ENODATA;
	f->n_ds = head.ds_cnt;
	f->n_archives = head.rra_cnt;
	f->step_s = (int64_t)head.pdp_step;
	rc = part(&s, f->fd, ds, f->n_ds * sizeof *ds, at);
	at += (off_t)(f->n_ds * sizeof *ds);
	if (rc == 0)
		rc = part(&s, f->fd, rra, f->n_archives * sizeof *rra, at);
	if (rc != 0)
		return rc;
	live_at = at + (off_t)(f->n_archives * sizeof *rra);
	pointers_at =
	    live_at +
	    (off_t)(sizeof(live_head_t) + f->n_ds * sizeof(pdp_prep_t) +
		    f->n_ds * f->n_archives * sizeof(cdp_prep_t));
	for (size_t i = 0; i < f->n_ds; i++) {
		memcpy(f->ds[i], ds[i].ds_nam, METRIC_DS_SIZE);
		f->ds[i][METRIC_DS_SIZE - 1] = '\0';
	}
	for (size_t i = 0; i < f->n_archives; i++)
		if (!take_archive(&f->archives[i], &rra[i], f->step_s))
			return ENODATA;
	if (place_archives(f, pointers_at +
				  (off_t)(f->n_archives * sizeof(rra_ptr_t))) >
	    file_bytes)
		return ENODATA;
	return take_live(f, &s, live_at, pointers_at);
}

int
query_file_open(const char *name, struct query_file *out, struct err *err)
{
	struct query_file f = {0};
	struct stat st;
	int rc;

	f.fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (f.fd < 0)
		return err_sys(err, errno, "%s: open", name);
	if (fstat(f.fd, &st) != 0)
		rc = errno;
	else
		rc =
		    S_ISREG(st.st_mode) ? take_header(&f, st.st_size) : ENODATA;
	if (rc != 0) {
		query_file_close(&f);
		return rc == ENODATA ? err_set(err, ERR_CORRUPT,
					       "%s: not a whole RRD file", name)
				     : err_sys(err, rc, "%s: read", name);
	}
	*out = f;
	return 0;
}

void
query_file_close(struct query_file *f)
{
	if (f == NULL || f->fd < 0)
		return;
	(void)close(f->fd);
	f->fd = -1;
}

int64_t
query_archive_first_s(const struct query_archive *a)
{
	return a->end_s - (a->n_rows - 1) * a->step_s;
}

int
query_file_rows(const struct query_file *f, const struct query_archive *a,
		int64_t first_s, int64_t n, double *out, struct err *err)
{
	int64_t back = (a->end_s - first_s) / a->step_s;
	int64_t row = (a->cur_row - back + a->n_rows) % a->n_rows;
	size_t row_bytes = f->n_ds * sizeof *out;

	while (n > 0) {
		int64_t run = n < a->n_rows - row ? n : a->n_rows - row;
		int rc = read_at(f->fd, out, (size_t)run * row_bytes,
				 a->offset + row * (off_t)row_bytes);

		if (rc != 0)
			return err_sys(err, rc, "rows of an RRD file");
		out += (size_t)run * f->n_ds;
		n -= run;
		row = 0;
	}
	return 0;
}
